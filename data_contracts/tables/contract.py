"""What may be promised about a whole batch, as values; `check` alone knows who proves it.

Each contract carries its own words: what is wrong when it breaks, and what a person does then.
"""

from dataclasses import dataclass
from datetime import timedelta

ASK_SOURCE = "Compare the last export with an earlier one; if its layout changed, mend the mapping."
ASK_US = "Nothing at the desk: report the batch to whoever runs the connector, with these rows."


@dataclass(frozen=True, slots=True)
class Contract:
    """One promise about a batch; broken when more than `tolerates` (a share) of its rows fail.

    The single bad row is quarantined by its own record's contract; a batch breaks where the
    source itself seems to have changed.
    """

    column: str
    words: str
    do: str
    tolerates: float = 0.0

    @property
    def name(self) -> str:
        """How tables and quarantine call it: the column and the kind of promise."""
        return f"{self.column}.{type(self).__name__.lower()}"


@dataclass(frozen=True, slots=True)
class Present(Contract):
    """The column is there."""


@dataclass(frozen=True, slots=True)
class Filled(Contract):
    """The column holds something."""


@dataclass(frozen=True, slots=True)
class Unique(Contract):
    """No value comes twice."""


@dataclass(frozen=True, slots=True)
class Known(Contract):
    """Every value is one of ours."""

    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAfter(Contract):
    """No instant lies more than `margin` after now."""

    margin: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Accepted(Contract):
    """The column says why a row was rejected, so it ought to be empty."""


def must_have(column: str) -> tuple[Contract, ...]:
    """The column is there and is not all but empty."""
    return (
        Present(column, f"the column {column} is not in the batch", ASK_SOURCE),
        Filled(column, f"the column {column} is (nearly) all empty", ASK_SOURCE, tolerates=0.95),
    )


def rejected_share() -> Contract:
    """At most one row in twenty was refused by its own record's contract."""
    return Accepted(
        "reject_reason",
        "more than one row in twenty was refused and put into quarantine",
        "Read the quarantine's reasons: one reason for most rows is one change at the source.",
        tolerates=0.05,
    )
