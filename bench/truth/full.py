"""Twenty sprints of each cell the whole way: an encrypted warehouse, and what is read of it."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.truth.calendar import NOW, PARAMETERS, SPRINT
from bench.truth.clinic import Simulated
from bench.truth.store import fill
from warehouse.effect.read import read_effect
from warehouse.store import open_warehouse, publish

_KEY = "0f" * 32


@dataclass(frozen=True, slots=True)
class FullRuns:
    """What the whole way took, and what came out."""

    runs: int
    seconds: float

    @property
    def words(self) -> str:
        """For the page."""
        return f"{self.runs} sprints went the whole way; {self.seconds:.2f} s for each (median)."


def run_fully(clinic: Simulated) -> float:
    """Seconds from a published snapshot to the effect."""
    with tempfile.TemporaryDirectory(prefix="ptclinic-truth-") as folder:
        live, shown = Path(folder) / "live.duckdb", Path(folder) / "shown.duckdb"
        con = open_warehouse(live, _KEY)
        fill(con, clinic)
        con.close()
        publish(live, shown)
        since = time.perf_counter()
        con = open_warehouse(shown, _KEY, read_only=True)
        read_effect(con, PARAMETERS, SPRINT.name, NOW)
        con.close()
        return time.perf_counter() - since


def together(seconds: list[float]) -> FullRuns | None:
    """The runs as one."""
    return FullRuns(len(seconds), median(seconds)) if seconds else None
