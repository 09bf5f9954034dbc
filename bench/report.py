"""Write what was measured: results.json for machines, docs/benchmarks.md for people."""

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measure import ROOT
from bench.row import Row

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"

_HEAD = """# Benchmarks

Written by `python -m bench` (`make bench`); not edited by hand. Each comparison takes turns with
its counterpart in one run (a, b, a, b) and shows medians, because machines are noisy: read the
ratios, not the seconds. A row stays until its benchmark is run again, with its own date.

| claim | measured | target | | how | when |
| --- | ---: | ---: | --- | --- | --- |
"""


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def keep(rows: list[Row], day: str, results: Path = RESULTS, page: Path = PAGE) -> None:
    """Replace what the benchmarks of these rows said before; keep the others."""
    old = json.loads(results.read_text(encoding="utf-8")) if results.exists() else []
    ran = {row.bench for row in rows}
    facts = {"date": day, "machine": machine()}
    kept = [one for one in old if one["bench"] not in ran]
    kept += [asdict(row) | {"met": row.met, "shown": row.shown, "target": row.target} | facts
             for row in rows]  # fmt: skip
    results.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(_HEAD + "".join(map(_line, kept)) + _foot(kept), encoding="utf-8")


def _line(one: dict[str, Any]) -> str:
    verdict = {True: "met", False: "**missed**", None: ""}[one["met"]]
    cells = (one["claim"], one["shown"], one["target"], verdict, one["note"], one["date"])
    return f"| {' | '.join(cells)} |\n"


def _foot(kept: list[dict[str, Any]]) -> str:
    machines = {json.dumps(one["machine"], sort_keys=True): one["machine"] for one in kept}
    lines = [
        f"Machine: {m['cores']} cores, {m['memory_gib']} GiB, {m['system']}, Python {m['python']}."
        for m in machines.values()
    ]
    return "\n" + "\n".join(lines) + "\n"
