"""What a payer answers to one question: the scenario's words, or those about a real policy."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from sandbox.clearinghouse.answer_271 import Rejection, Told
from sandbox.clearinghouse.benefit import told as benefits_of
from sandbox.clearinghouse.inquiry import Asked, Person
from sandbox.clearinghouse.scenario import Scenario
from sandbox.clinic.insurer import Insurer
from sandbox.clinic.payer import MEDICAID, MEDICARE, MERIDIAN, PAYERS
from sandbox.clinic.policy import Named, Policy
from sandbox.moment import DAY

OTHER_PAYERS = {
    "00001": "EXAMPLE TEST PAYER",
    "22222": "EXAMPLE FORMAT CHECK",
    "33333": "SIMULATED MEDICARE",
    "55555": "SIMULATED MEDICAID",
    "66666": "SIMULATED COMMERCIAL",
    "60054": "EXAMPLE NATIONAL",
    "ELIG_SNDBX": "SANDBOX",
}
"""Payer ids that hubs name in their own test instructions; they answer scenarios only."""
UsedVisits = Callable[[int, Policy, date], int]
"""How many therapy visits of the policy's year lie before a day."""
_LETTERS = re.compile(r"[^A-Z]")


def payer_name(payer_id: str) -> str | None:
    """The payer of that id, or None where no hub knows it."""
    known = PAYERS.get(payer_id)
    return known.name if known else OTHER_PAYERS.get(payer_id)


class Verdicts:
    """Remembers which Medicare questions were answered. Hold the world's lock."""

    def __init__(self, insurer: Insurer, first_year: int) -> None:
        self._insurer, self._first_year = insurer, first_year
        self.asked_before: dict[tuple[str, str], int] = {}

    def of_scenario(self, asked: Asked, one: Scenario, now: int, today: date) -> Told:
        """A scenario's answer about whoever was asked for."""
        told = Told(
            one.about(asked) if one.about else asked,
            payer_name(asked.payer_id) or asked.payer_name,
            one.rows,
            one.rejections,
            rejection_last=one.rejection_last,
            group="1234500",
            begins="20250101",
        )
        if one.only == "30" and asked.service_types[0] != "30":
            return _rejected(told, Rejection("53", "C", "D"))
        if one.only == "today" and asked.service_on not in ("", f"{today:%Y%m%d}"):
            return _rejected(told, Rejection("62", "C"))
        if one.only == "once":
            return self._once(told, now)
        return told

    def silent(self, asked: Asked) -> Told:
        """What a hub says for a payer that is down."""
        told = Told(asked, payer_name(asked.payer_id) or asked.payer_name)
        return _rejected(told, Rejection("42", "R", "A", is_valid="Y"))

    def of_patient(self, asked: Asked, used: UsedVisits, now: int, today: date) -> Told:
        """The answer about one of the simulated clinic's patients, or why there is none."""
        payer = payer_name(asked.payer_id)
        told = Told(asked, payer or asked.payer_name)
        if payer is None:
            return _rejected(told, Rejection("79", "C", "A"))
        found = self._insurer.member(asked.subscriber.member_id)
        if found is None and asked.payer_id == MEDICAID.id and not asked.subscriber.member_id:
            found = self._by_name(asked.subscriber)
        if found is None or found[1].payer.id != asked.payer_id:
            return _rejected(told, Rejection("75", "C"))
        patient_id, policy = found
        wrong = _mismatch(asked, policy)
        if wrong is not None:
            return _rejected(told, wrong)
        day = _day(asked.service_on) or today
        left = policy.left_to_deduct(day.year, self._first_year)
        rows = benefits_of(policy, day, used(patient_id, policy, day), left, asked.service_types[0])
        begins = f"{policy.begins:%Y%m%d}"
        told = Told(asked, told.payer, rows, (), policy.group, begins)
        return self._once(told, now) if policy.payer is MEDICARE else told

    def _once(self, told: Told, now: int) -> Told:
        key = (told.asked.npi, told.asked.subscriber.member_id)
        before = self.asked_before.get(key)
        if before is not None and now - before < DAY:
            return _rejected(told, Rejection("E3", "N", is_valid="Y"))
        self.asked_before[key] = now
        return told

    def _by_name(self, who: Person) -> tuple[int, Policy] | None:
        return next(
            (
                (patient_id, policy)
                for patient_id, policy in self._insurer.policies()
                if policy.payer is MEDICAID and difference(who, policy.patient) is None
            ),
            None,
        )


def _rejected(told: Told, why: Rejection) -> Told:
    return Told(told.asked, told.payer, rejections=[why], hubs=told.hubs)


def _mismatch(asked: Asked, policy: Policy) -> Rejection | None:
    """What of the person differs from the payer's record."""
    if policy.payer is MEDICAID and asked.patient.gender:
        return Rejection("33", "C")
    if asked.dependent is None:
        alone = difference(asked.subscriber, policy.patient)
        if alone is None and (not policy.is_dependent or policy.payer is MERIDIAN):
            return None
        return _because(difference(asked.subscriber, policy.holder))
    wrong = difference(asked.subscriber, policy.holder, with_birth=False)
    if wrong is not None:
        return _because(wrong)
    return Rejection("77", "C") if difference(asked.dependent, policy.patient) else None


def _because(difference: str | None) -> Rejection | None:
    return Rejection({"name": "73", "birth": "71"}[difference], "C") if difference else None


def difference(who: Person, filed: Named, *, with_birth: bool = True) -> str | None:
    """`name` or `birth`; a first name may be longer on either side."""
    if letters(who.last) != letters(filed.last_name):
        return "name"
    first, other = letters(who.first), letters(filed.first_name)
    if not (first.startswith(other) or other.startswith(first)):
        return "name"
    if with_birth and who.birth and who.birth != f"{filed.birth:%Y%m%d}":
        return "birth"
    return None


def letters(text: str) -> str:
    """A name as payers compare it: plain capitals only."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return _LETTERS.sub("", plain)[:35]


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return None
