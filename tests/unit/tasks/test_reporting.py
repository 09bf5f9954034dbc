"""From a sprint in the ledger to what the owner's page says of it."""

from datetime import timedelta

from tasks.benchmarking import refresh_benchmark
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, publish_warehouse
from tasks.reporting import make_report
from tasks.sprinting import begin
from tests.cast import NOW, crowd, snapshot, visit
from tests.unit.report.reading import words

LATER = NOW + timedelta(days=3)


def test_a_sprint_that_has_just_begun_is_told_with_its_phase_and_what_it_waits_for(enter):
    here, people = enter(), crowd(30)
    seen = [visit(one.source_id, starts_at=NOW - timedelta(days=2), status="arrived")
            for one in people]  # fmt: skip
    keep_snapshot(here, snapshot(people, seen), NOW - timedelta(days=1))
    begin(here, NOW, has_hold_out=True, clinicians=1, reason="")
    load_warehouse(here, LATER)
    publish_warehouse(here)
    refresh_benchmark(here, LATER)
    built = make_report(here, LATER)
    said = words(built.path.read_text(encoding="utf-8"))
    assert "Sprint sprint-1, day 4, audit." in said
    assert "Cannot be said" in said
    assert "What the extra is worth cannot be said yet" in said
    assert "No baseline is frozen" in said
    assert "Before the sprint's next phase:" in said.replace("&#39;", "'")
    assert "0 clinics of like size have enough visits" in said
    assert built.sprint_done is not None
    assert 4 < built.sprint_done < 5
    assert built.picture is None, "a few days are no line"
    assert "**Cannot be said.**" in built.summary
