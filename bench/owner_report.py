"""The owner's report from a published snapshot: effect, ten thousand draws, and the page."""

from pathlib import Path
from statistics import median

import pandas as pd

from bench.measure import Sample, stopwatch
from bench.truth.calendar import NOW, PARAMETERS, SPRINT
from bench.truth.cell import CELLS
from bench.truth.full import ASSUMPTIONS, FACTS, payments
from bench.truth.store import fill
from bench.truth.trial import clinic_of

_KEY = "0f" * 32


def built(folder: Path, rounds: int) -> Sample:
    """Medians over `rounds`; `facts` holds the first, whose process has drawn nothing yet."""
    from warehouse.effect.frame import read_frame
    from warehouse.effect.read import read_effect
    from warehouse.load import load_payments
    from warehouse.report.found import Findings
    from warehouse.report.page import build_report
    from warehouse.store import open_warehouse, publish
    from warehouse.value.read import read_value

    live, shown, clinic = folder / "live.duckdb", folder / "shown.duckdb", clinic_of(CELLS[4], 4, 0)
    with open_warehouse(live, _KEY) as con:
        fill(con, clinic)
        load_payments(con, pd.DataFrame(payments(clinic)))
    publish(live, shown)
    walls, cpus = [], []
    for _ in range(rounds):
        with stopwatch() as watch, open_warehouse(shown, _KEY, read_only=True) as con:
            effect = read_effect(con, PARAMETERS, SPRINT.name, NOW)
            frame = read_frame(con, PARAMETERS, SPRINT, NOW)
            value = read_value(con, PARAMETERS, ASSUMPTIONS, SPRINT.name, frame, NOW)
            build_report(con, FACTS, NOW, folder / "report.html", Findings(effect, value))
        walls.append(watch.wall)
        cpus.append(watch.cpu)
    return Sample(wall=median(walls), cpu=median(cpus), facts={"first": walls[0]})
