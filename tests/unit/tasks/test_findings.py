"""What the report is told of a sprint."""

from bench.truth.calendar import NOW
from bench.truth.cell import CELLS
from bench.truth.store import empty_store, fill
from bench.truth.trial import clinic_of
from tasks.findings import findings_of


def test_the_goal_in_the_clinics_file_is_held_against_the_interval(enter):
    con = empty_store()
    fill(con, clinic_of(CELLS[8], 8, 0))
    aims = {"goals": {"extra_fewer_missed": 0.15}}
    told = findings_of(enter(**aims), con, NOW).effect
    assert told is not None
    assert told.goal is not None
    assert told.goal.words.startswith("The goal of 15% fewer")
    assert findings_of(enter(), con, NOW).effect.goal is None
    con.close()
