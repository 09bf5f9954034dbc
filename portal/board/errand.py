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
            (Outcome.CONFIRMED, "Comes"),
            (Outcome.RESCHEDULED, "Another time given"),
            (Outcome.LEFT_MESSAGE, "Left a message"),
            (Outcome.NO_ANSWER, "No answer"),
            (Outcome.WRONG_NUMBER, "Wrong number"),
            (Outcome.OTHER, "Otherwise"),
        ),
    ),
    "read_reply": Errand(
        "Read a reply",
        ("Read what the patient wrote, and do what they ask for in the practice system.",),
        _DONE,
    ),
    "change_visit": Errand(
        "Change the book",
        (
            "Open the visit in the practice system: we may not write there, or it refused us.",
            "Do what the patient asked for, and look whether the time is still free.",
            "Ring or text them what became of it: they were told that you would.",
        ),
        ((Outcome.RESCHEDULED, "Changed and told"), (Outcome.OTHER, "Otherwise")),
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
WHY_CALL = {
    "due": "the plan asks for a call: this visit may be missed",
    "desk_calls": "somebody at the desk put this on the list",
}
"""Why a call is on the list, where the reason's own words are about messages."""
_ANY = Errand("Something for a person", ("Read the words, and do what they say.",), _DONE)


def errand(kind: str) -> Errand:
    """How a kind of work is done; one that is not known here is shown all the same."""
    return ERRANDS.get(kind, _ANY)
