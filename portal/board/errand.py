"""Each kind of work for staff: what it is called, how it is done, and the buttons that end it."""

from dataclasses import dataclass

from tasks.call_list import Outcome


@dataclass(frozen=True)
class Errand:
    """`steps` in the order of doing; the first of `ends` is the usual one."""

    title: str
    steps: tuple[str, ...]
    ends: tuple[tuple[Outcome, str], ...]


_DONE = ((Outcome.OTHER, "Done"),)
ERRANDS: dict[str, Errand] = {
    "call_patient": Errand(
        "Call a patient",
        (
            "Ring the number and ask for the patient; until they are on, say your own name alone.",
            "Say the day and hour of the visit, and ask whether they come.",
            "Change the book in the practice system if they cannot.",
        ),
        (
            (Outcome.REACHED, "Reached, comes"),
            (Outcome.RESCHEDULED, "Gave another time"),
            (Outcome.LEFT_MESSAGE, "Left a message"),
            (Outcome.NO_ANSWER, "No answer"),
            (Outcome.OTHER, "Otherwise"),
        ),
    ),
    "read_reply": Errand(
        "Read a reply",
        ("Read what the patient wrote, and do what they ask for in the practice system.",),
        _DONE,
    ),
    "mend_account": Errand(
        "Mend a setting or an account",
        ("Ask whoever set the system up: the words below say what stands in the way.",),
        _DONE,
    ),
    "review_access": Errand(
        "Look at an emergency access",
        (
            "Somebody went past their role. Ask why; the audit says what they looked at.",
            "If it was not right, follow the runbook for a breach.",
        ),
        ((Outcome.OTHER, "Looked at"),),
    ),
    "resume_dispatch": Errand(
        "Find out why sending is paused",
        ("Sending stands still until the consultant has looked at what the nightly check found.",),
        _DONE,
    ),
}
_ANY = Errand("Something for a person", ("Read the words, and do what they say.",), _DONE)


def errand(kind: str) -> Errand:
    """How a kind of work is done; one that is not known here is shown all the same."""
    return ERRANDS.get(kind, _ANY)
