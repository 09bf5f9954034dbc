"""Who else pays: other payers, Medicare beside a plan, and beneficiaries who may not be charged."""

from collections.abc import Iterable
from datetime import date

from data_contracts.benefit import Benefit
from data_contracts.coverage import OtherPayer
from rules.coverage_apart import PHARMACY, SEPARATE
from rules.coverage_dates import Holds, holds, leave_out
from rules.coverage_pattern import spoken
from rules.coverage_sent import ACTIVE, Sent

_OTHER = "R"
_PAYERS = frozenset({"PR", "PRP", "SEP", "TTP", "P4", "GW", "I3", "2B", "36"})
_ORDER = ("PRP", "SEP", "TTP")
_BENEFICIARY = "QM"
_ADVANTAGE = frozenset({"HN"})
_MEDICARE = {"MA": "Medicare Part A", "MB": "Medicare Part B"}
_BY_NAME = spoken("QMB QUALIFIED", r"(?<!NON-)(?<!NON )(?<!NOT )\bQMB\b|QUALIFIED MEDICARE BENEF")


def other_payers(
    sent: Sent, plan_type: str | None, on: date, notes: list[str]
) -> tuple[OtherPayer, ...]:
    """Who is named beside this plan for medical care, and whose time covers the day."""
    found: list[OtherPayer] = []
    for row in sent.of(_OTHER):
        if row.insurance_type == _BENEFICIARY or leave_out(row.dates, on):
            continue
        if row.service_types and SEPARATE.issuperset(row.service_types):
            of = "pharmacy" if PHARMACY.issuperset(row.service_types) else "dental, vision or other"
            notes.append(f"a separate {of} plan is named")
            continue
        found.append(_named(row))
        if row.insurance_type in _ADVANTAGE:
            notes.append("a Medicare Advantage plan (HN) is named: it pays instead; ask it")
    found.extend(_medicare_beside(sent.typed, plan_type, on))
    if found:
        notes.append("another payer is named: settle who pays first")
    # The answers to the plan and to therapy name the same one, each in a row of its own.
    return tuple({(one.name, one.role): one for one in reversed(found)}.values())[::-1]


def _named(row: Benefit) -> OtherPayer:
    payers = [one for one in row.entities if one.role in _PAYERS] or list(row.entities)
    payers.sort(key=lambda one: _ORDER.index(one.role) if one.role in _ORDER else len(_ORDER))
    if not payers:
        return OtherPayer(row.plan, row.insurance_type or _OTHER, row.source)
    first = payers[0]
    # A person's name in a payer's place is somebody's identity, so it is not repeated.
    return OtherPayer(None if first.is_person else first.last_name, first.role, row.source)


def _medicare_beside(
    rows: Iterable[Benefit], plan_type: str | None, on: date
) -> Iterable[OtherPayer]:
    """Medicare's parts with a status of their own in another plan's answer."""
    if plan_type in _MEDICARE or plan_type is None:
        return
    seen = set()
    for row in [one for one in rows if one.insurance_type in _MEDICARE]:
        name = _MEDICARE[row.insurance_type or ""]
        if row.information in ACTIVE and name not in seen and not leave_out(row.dates, on):
            seen.add(name)
            yield OtherPayer(name, row.insurance_type or "", row.source)


def is_beneficiary(sent: Sent, on: date) -> bool:
    """Whether the patient is a qualified Medicare beneficiary on the day: by code, or by name."""
    marked = [row for row in sent.typed if row.insurance_type == _BENEFICIARY]
    named = [row for row in sent.statuses if row.plan and _BY_NAME.is_in(row.plan.upper())]
    return any(
        row.information not in "678" and holds(on, row.dates) in (Holds.YES, Holds.UNDATED)
        for row in (*marked, *named)
    )
