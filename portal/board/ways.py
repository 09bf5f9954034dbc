"""The pages of the board in the order of a morning, each behind its right."""

from data_contracts.right import Right

WAYS = (
    ("today", "Today", Right.READ_QUEUE),
    ("calls", "Calls", Right.LIST_TASKS),
    ("replies", "Replies", Right.READ_REPLIES),
    ("tasks", "Tasks", Right.LIST_TASKS),
    ("offers", "Offers", Right.READ_OFFERS),
    ("not-sent", "Not sent", Right.READ_VISIT),
    ("numbers", "Numbers", Right.READ_NUMBERS),
    ("report", "Report", Right.READ_MONEY),
)
FIRST = WAYS[0][0]
"""Where a sign-in leads to."""

FROM_A_LETTER = "report"
"""Where a letter leads: whoever signs in on the way is taken there."""

SAID = {
    "done": "That is done, and off the list.",
    "gone": "Somebody did that before you, or it is no longer so. Nothing was changed.",
    "confirmed": "The visit is confirmed.",
    "listed": "That is on the call list now.",
    "wrong": "That number gets no more messages. Ask the patient for the right one.",
    "stopped": "That number gets no more automated messages, from now on.",
    "back": "That is back on the list, as it was.",
    "again": "That number is used again.",
}
"""What is said after a click, by its word in the address."""


def to_letter(path: str) -> str:
    """The page of an address, where a letter leads there; empty for every other."""
    return FROM_A_LETTER if path.rpartition("/")[2] == FROM_A_LETTER else ""
