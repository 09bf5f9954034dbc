"""A measured claim: what was promised, what came out, and whether that is enough."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One number. `limit` None: recorded only; `side` says which side of the limit is well."""

    bench: str
    claim: str
    measured: float
    limit: float | None = None
    side: Literal["at least", "at most"] = "at least"
    unit: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the claim holds; None where nothing was claimed."""
        if self.limit is None:
            return None
        if self.side == "at least":
            return self.measured >= self.limit
        return self.measured <= self.limit

    @property
    def target(self) -> str:
        """The claim's limit in words."""
        return "recorded" if self.limit is None else f"{self.side} {self.limit:g}{self.unit}"

    @property
    def shown(self) -> str:
        """The measurement in words."""
        return (
            f"{self.measured:.3g}{self.unit}"
            if self.measured < 100
            else (f"{self.measured:.0f}{self.unit}")
        )

    @property
    def verdict(self) -> str:
        """One word for a table."""
        return {True: "met", False: "missed", None: "-"}[self.met]
