"""What a check of a batch found: counts and opaque row ids, never a value."""

from datetime import datetime
from statistics import median
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

SAMPLE: Final = 20
_ENOUGH_TO_JUDGE: Final = 30
_TIMES: Final = 10


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class BatchBaseline(_Noun):
    """Earlier good batches of the same kind; a fetch of changes alone has none to be held to."""

    rows: tuple[int, ...] = Field(min_length=1, description="the size of each")
    last_good_at: AwareDatetime | None = None

    def bounds(self) -> tuple[int, int] | None:
        """The fewest and most rows that still look usual; None where too little is usual."""
        usual = median(self.rows)
        if usual < _ENOUGH_TO_JUDGE:
            return None
        return int(usual / _TIMES) + 1, int(usual * _TIMES)


class Problem(_Noun):
    """A broken contract: how many rows, a few of them by id, what is wrong and what to do."""

    contract: str
    count: int
    row_ids: tuple[str, ...] = Field((), max_length=SAMPLE)
    words: str
    do: str


class Checked(_Noun):
    """One contract that was looked at, broken or not."""

    contract: str
    passed: bool
    count: int = Field(description="rows that fail it, tolerated ones too")
    row_ids: tuple[str, ...] = Field((), max_length=SAMPLE)


class BatchVerdict(_Noun):
    """Whether a batch may be acted on. A broken one stops sends, not the report."""

    table_name: str
    rows: int
    checked: tuple[Checked, ...]
    problems: tuple[Problem, ...]
    last_good_at: datetime | None = None

    @property
    def is_broken(self) -> bool:
        """Whether anything but one bad row here and there is wrong."""
        return bool(self.problems)

    def table(self) -> list[dict[str, str | int | bool]]:
        """One row a contract, for people: counts and ids alone, broken ones first."""
        return [
            {
                "contract": check.contract,
                "passed": check.passed,
                "count": check.count,
                "rows": ", ".join(check.row_ids),
            }
            for check in sorted(self.checked, key=lambda check: check.passed)
        ]

    def words(self) -> str:
        """What is wrong, where, what to do, and which batch was good; a line a problem."""
        if not self.is_broken:
            return f"{self.table_name}: {self.rows} rows, every contract holds."
        good = f"{self.last_good_at:%Y-%m-%d %H:%M} UTC" if self.last_good_at else "none yet"
        lines = [
            f"{self.table_name}, {p.contract}: {p.words} ({p.count} of {self.rows} rows). {p.do}"
            for p in self.problems
        ]
        return "\n".join([*lines, f"Last good batch: {good}."])
