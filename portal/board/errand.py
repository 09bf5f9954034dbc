"""Each kind of work for staff: what it is called, how it is done, and the buttons that end it."""

from dataclasses import dataclass, replace

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
            "Look at the visit in the practice system: what you change there, we read.",
            "Ring the patient, who was told that you would.",
        ),
        ((Outcome.RESCHEDULED, "Changed and told"), (Outcome.OTHER, "Otherwise")),
    ),
    "mend_account": Errand(
        "Mend a setting or an account",
        ("Ask whoever set the system up: the words above say what stands in the way.",),
        _DONE,
    ),
    "mend_claim": Errand(
        "Mend a claim",
        (
            "Read what is said of the claim: each word names a field, and what to do about it.",
            "Correct it in the practice system: what you change there, we read and file by itself.",
            "Where a person has only to look, let it go: `ptclinic claims release`.",
        ),
        _DONE,
    ),
    "denied_claim": Errand(
        "Work a denied claim",
        (
            "Read the payer's codes, and the step that could have prevented the denial.",
            "Correct and file it anew, appeal it, bill the patient if it is theirs, or let it go.",
        ),
        ((Outcome.OTHER, "Worked"),),
    ),
    "write_off_share": Errand(
        "Keep a share off a patient's bill",
        (
            "The patient is a qualified Medicare beneficiary: the law lets nobody bill them.",
            "Bill Medicaid for the share, or write it off; pay back what was taken already.",
        ),
        ((Outcome.OTHER, "Off the bill"),),
    ),
    "look_up_claim_file": Errand(
        "Find out what became of a file of claims",
        (
            "Look the file's name up at the clearinghouse: did it arrive, and what was said?",
            "Do not put it there again by hand: what may have arrived is never sent twice.",
        ),
        _DONE,
    ),
    "therapy_paperwork": Errand(
        "See to the papers that Medicare pays on",
        (
            "Look into the chart for what the words above ask: a signature, a report, a sum.",
            "Ask the therapist, or the physician who signs, before the visit.",
        ),
        _DONE,
    ),
    "insurance_inactive": Errand(
        "Find out how the visit is paid",
        (
            "Ring the patient before the visit, and ask for the card that is in force now.",
            "Correct the insurance in the practice system: we ask the payer again by ourselves.",
            "Where there is none, say what the visit costs, or move it.",
        ),
        ((Outcome.REACHED, "New card on file"), (Outcome.OTHER, "Otherwise")),
    ),
    "fix_member_data": Errand(
        "Correct what the payer searches by",
        (
            "Compare member id, name and birth date with the card; look for swapped digits.",
            "Correct them in the practice system: we ask the payer again by ourselves.",
        ),
        ((Outcome.OTHER, "Corrected"), (Outcome.REACHED, "Patient asked")),
    ),
    "authorization_needed": Errand(
        "Get the authorization",
        (
            "Ask the payer for authorization of the visits that are booked.",
            "Enter its number, days and visits in the practice system.",
        ),
        _DONE,
    ),
    "visits_running_out": Errand(
        "Plan with the visits that are left",
        (
            "Tell the therapist how many visits the plan or the authorization still pays.",
            "Ask the payer for more, or tell the patient what further visits cost.",
        ),
        _DONE,
    ),
    "payer_not_answering": Errand(
        "Ask the payer another way",
        (
            "Look into the payer's portal, or ring it: until the visit we go on asking, too.",
            "Nothing is known of the plan; that is not the same as inactive.",
        ),
        _DONE,
    ),
    "check_coverage": Errand(
        "Look at what the payer said",
        (
            "Read the visit's coverage page: each figure stands there with the payer's own words.",
            "What stays unclear, ask the payer.",
        ),
        _DONE,
    ),
    "enrol_with_payer": Errand(
        "Make the payer answer us",
        (
            "Ask whoever set the system up: the words above say what the payer lacks.",
            "Until then look into the payer's portal for each visit.",
        ),
        _DONE,
    ),
    "wrong_patient_answered": Errand(
        "Report an answer about somebody else",
        (
            "Do not use what the payer said: it was not taken.",
            "Compare the member id with the card; then report it to the clearinghouse.",
        ),
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


_FIRST = {
    "no_time_free": "Look further ahead, or for another therapist: no free time suits soon.",
    "book_changed": "See what stands in the book: somebody changed it after the patient was told.",
    "time_taken": "Find another time to offer: somebody else got the one they chose.",
    "book_silent": "Look whether the book is changed already: the system gave no answer.",
    "book_refused": "Make the change by hand; if that fails too, call the system's support.",
    "not_supported": "Make the change by hand: this system lets no program write.",
    "delivery_off": "Make the change by hand: the clinic's file lets nothing leave.",
    "unanswered": "The change is made; it is the patient alone who does not know.",
}
"""What a change of the book begins with, by the reason why a person has it."""
_RECORDED = {
    "write_progress_report": "plan-of-care report",
    "check_certification": "plan-of-care certify",
    "certify_plan_of_care": "plan-of-care certify",
    "recertify_plan_of_care": "plan-of-care recertify",
    "ask_medicare_for_expenses": "plan-of-care allowed",
}
"""The command that records what was seen to, so that it is not asked for again."""


def errand(kind: str, reason: str = "") -> Errand:
    """How a kind of work is done; one that is not known here is shown all the same."""
    found = ERRANDS.get(kind, _ANY)
    if kind == "change_visit" and reason in _FIRST:
        return replace(found, steps=(_FIRST[reason], *found.steps))
    if kind == "therapy_paperwork" and reason in _RECORDED:
        last = f"Then have it recorded: `ptclinic {_RECORDED[reason]}`. The button records nothing."
        return replace(found, steps=(*found.steps, last))
    return found
