"""What the last runs found, for machines: each part stays until it is run again."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bench.measure import ROOT
from bench.truth.cell import Cell, Season
from bench.truth.summary import CellResult

RESULTS: Final = ROOT / "bench" / "truth" / "results.json"


def keep(part: str, found: Any, said: str, results: Path = RESULTS) -> None:
    """Replace a part and how it ran, in words."""
    kept = _all(results)
    kept[part] = {"found": found, "said": said}
    results.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def said_of(part: str, results: Path = RESULTS) -> str | None:
    """How a part ran; None where it never did."""
    return _all(results).get(part, {}).get("said")


def plain(cells: Sequence[CellResult]) -> list[dict[str, Any]]:
    """Results as JSON has them."""
    return [asdict(one) for one in cells]


def cells_of(results: Path = RESULTS) -> list[CellResult]:
    """The cells as they were found last."""
    found = _all(results).get("cells", {}).get("found", [])
    return [
        CellResult(**one | {"cell": Cell(one["cell"]["reduction"], Season(one["cell"]["season"]))})
        for one in found
    ]


def _all(results: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(results.read_text("utf-8")) if results.exists() else {}
    return found
