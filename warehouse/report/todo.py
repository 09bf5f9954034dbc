"""What to do this week, by name: each with who does it, where, and the number behind it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from data_contracts.message import REASON_WORDS, Reason
from warehouse.report.denials import Denials
from warehouse.report.facts import ReportFacts
from warehouse.report.numbers import DayAhead, Numbers
from warehouse.report.sound import Unsound

DESK, OWNER, BILLING, CONSULTANT = "front desk", "owner", "billing", "consultant"
MOST: Final = 8
"""A longer list is not done in a week."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One task: what, who, why now, and where it is done."""

    what: str
    who: str
    why: str
    where: str


class Work(NamedTuple):
    """A kind of staff task: what to do with one or with several, by whom, why, and where."""

    one: str
    several: str
    who: str
    why: str
    where: str

    def todo(self, count: int) -> Todo:
        """So many of them as one line."""
        what = self.one if count == 1 else self.several.format(n=count)
        return Todo(what, self.who, self.why, f"board: {self.where}")


_WORK: Final[Mapping[str, Work]] = {
    "resume_dispatch": Work(
        "Look why sending was paused, then resume it",
        "Look why sending was paused, then resume it",
        OWNER, "no message leaves until then", "Tasks",
    ),
    "review_access": Work(
        "Look at an emergency access", "Look at {n} emergency accesses",
        OWNER, "somebody went past their role", "Tasks",
    ),
    "mend_account": Work(
        "Mend a carrier's or a system's account", "Mend {n} accounts of carriers or systems",
        CONSULTANT, "what goes through it is left to people", "Tasks",
    ),
    "call_patient": Work(
        "Call 1 patient", "Call {n} patients",
        DESK, "no message reaches them, or their risk asks for a call", "Calls",
    ),
    "read_reply": Work(
        "Read 1 answer that needs a person", "Read {n} answers that need a person",
        DESK, "a patient waits for it", "Replies",
    ),
    "change_visit": Work(
        "Make 1 change in the book that a patient asked for",
        "Make {n} changes in the book that patients asked for",
        DESK, "it was promised to them", "Tasks",
    ),
    "mend_claim": Work(
        "Mend 1 claim before it can leave", "Mend {n} claims before they can leave",
        BILLING, "unpaid until they are filed", "Tasks",
    ),
    "denied_claim": Work(
        "Work 1 denied claim", "Work {n} denied claims",
        BILLING, "each payer's days to appeal are counted", "Tasks",
    ),
    "write_off_share": Work(
        "Keep 1 share off a beneficiary's bill", "Keep {n} shares off beneficiaries' bills",
        BILLING, "the law lets nobody bill them", "Tasks",
    ),
    "look_up_claim_file": Work(
        "Look whether a file of claims arrived", "Look whether {n} files of claims arrived",
        BILLING, "nobody confirmed it", "Tasks",
    ),
}  # fmt: skip
_ASKED_FOR: Final[Mapping[str, tuple[str, str]]] = {
    REASON_WORDS[Reason.NO_CONSENT]: (
        "Ask for consent to texts at check-in",
        "reminders were held back in 28 days because nobody had agreed to them",
    ),
    REASON_WORDS[Reason.BAD_NUMBER]: (
        "Ask at check-in for numbers that work",
        "reminders failed in 28 days because the number cannot be reached",
    ),
}


def todo_of_week(
    facts: ReportFacts, numbers: Numbers, denials: Denials | None, unsound: Iterable[Unsound]
) -> list[Todo]:
    """At most eight, what stops everything first."""
    return [
        *_broken(facts, unsound),
        *_waiting(facts.open_tasks),
        *_outcomes(numbers.unrecorded),
        *_worst_day(numbers.ahead),
        *_asked_for(numbers),
        *_preventable(denials),
    ][:MOST]


def _broken(facts: ReportFacts, unsound: Iterable[Unsound]) -> Iterator[Todo]:
    for problem in facts.broken:
        yield Todo(problem.do.rstrip("."), CONSULTANT, "reminders are stopped until then", "import")
    for one in unsound:
        yield Todo(f"Mend the metric {one.metric.name}", CONSULTANT, one.words, "warehouse/metrics")


def _waiting(open_tasks: Mapping[str, int]) -> Iterator[Todo]:
    for kind, work in _WORK.items():
        if open_tasks.get(kind):
            yield work.todo(open_tasks[kind])


def _outcomes(unrecorded: int) -> Iterator[Todo]:
    if unrecorded:
        noun = "visit" if unrecorded == 1 else "visits"
        yield Todo(
            f"Mark {unrecorded} past {noun} as arrived or missed",
            DESK,
            "without an outcome a visit counts nowhere, in no arm of the sprint either",
            "the practice system",
        )


def _worst_day(ahead: Iterable[DayAhead]) -> Iterator[Todo]:
    worst = max(ahead, key=lambda day: day.expected_missed, default=None)
    if worst is not None and worst.expected_missed >= 1:
        yield Todo(
            f"Keep people at hand to fill times on {_weekday(worst.on)}",
            DESK,
            f"{worst.expected_missed:.1f} of {worst.visits} visits are expected to be missed",
            "board: Offers",
        )


def _asked_for(numbers: Numbers) -> Iterator[Todo]:
    counts = dict(numbers.not_sent) | dict(numbers.failed)
    for words, (what, why) in _ASKED_FOR.items():
        if counts.get(words):
            yield Todo(what, DESK, f"{counts[words]} {why}", "check-in")


def _preventable(denials: Denials | None) -> Iterator[Todo]:
    for line in denials.classes if denials else ():
        if line.preventable == "yes":
            noun = "claim was" if line.claims == 1 else "claims were"
            yield Todo(
                f"Check before the visit: {line.words}",
                BILLING,
                f"{line.claims} {noun} denied for it in 12 weeks, and a check prevents that",
                line.step,
            )
            return


def _weekday(on: date) -> str:
    return f"{on:%A, %b} {on.day}"
