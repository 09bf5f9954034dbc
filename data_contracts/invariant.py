"""What must hold of everything that was sent and of everything that waits; checked every night."""

from enum import StrEnum
from typing import NamedTuple


class Invariant(StrEnum):
    """One thing that must never be otherwise; each has its sentence in `INVARIANT_WORDS`."""

    NOT_STUCK = "not_stuck"
    CONSENTED = "consented"
    IN_WINDOW = "in_window"
    UNDER_CAPS = "under_caps"
    AGREED = "agreed"
    ONCE = "once"


class Breach(NamedTuple):
    """A message of which something does not hold."""

    invariant: Invariant
    message_id: str


INVARIANT_WORDS: dict[Invariant, str] = {
    Invariant.NOT_STUCK: "it was due and allowed for an hour while others were sent",
    Invariant.CONSENTED: "it names no consent that covered it when it left",
    Invariant.IN_WINDOW: "it left outside the hours in which the patient may be contacted",
    Invariant.UNDER_CAPS: "it was one more than a patient may get in a day or a week",
    Invariant.AGREED: "no agreement in the clinic file covers its vendor on the day it left",
    Invariant.ONCE: "it was handed to a carrier twice, or another bears its key",
}
