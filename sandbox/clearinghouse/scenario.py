"""One behaviour that a member id calls up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.clearinghouse.answer_271 import Rejection
from sandbox.clearinghouse.inquiry import Asked
from sandbox.clearinghouse.segment import PLAIN, Segment, Separators
from sandbox.clearinghouse.spoil import Spoil


@dataclass(frozen=True)
class Scenario:
    """One behaviour: what the payer says, and what goes wrong on the way back."""

    what: str
    rows: Sequence[Segment] = ()
    rejections: Sequence[Rejection] = ()
    rejection_last: bool = False
    marks: Separators = PLAIN
    spoil: Spoil | None = None
    about: Callable[[Asked], Asked] | None = None
    instead: str = ""
    """`999` or `TA1` comes in the 271's place."""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    page: bool = False
    seconds: float = 0.0
    breaks: str = ""
    """`drop`: no answer at all; `half`: the connection ends inside the body."""
    only: str = ""
    """`30`: another service type is refused; `today`: another day is; `once`: again in a day is."""
