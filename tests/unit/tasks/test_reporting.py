"""From a sprint in the ledger to what the owner's page says of it."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from data_contracts.message import Reason
from ledger.records import add_staff_task
from ledger.schema import visits
from tasks.benchmarking import refresh_benchmark
from tasks.board_calls import CALL
from tasks.book import keep_snapshot
from tasks.call_list import Outcome, finish, staff_lines
from tasks.loading import load_warehouse, publish_warehouse
from tasks.measuring import metric_table
from tasks.reporting import make_report, report_facts
from tasks.sprinting import begin
from tests.cast import NOW, crowd, person, snapshot, visit
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


def test_the_call_list_counts_calls_and_what_was_rung_this_week_and_no_other_work(enter):
    here, on = enter(), NOW + timedelta(days=1)
    book = [visit(source_id=f"v{hour}", starts_at=on + timedelta(hours=hour)) for hour in (1, 2)]
    keep_snapshot(here, snapshot([person()], book), NOW)
    with here.ledger.write() as con:
        for row in con.execute(select(visits)).all():
            asked(con, CALL, row.visit_id, row.patient_id)
        for number in range(3):
            asked(con, "read_reply", f"reply{number}")
        asked(con, CALL, "last-month")
        asked(con, CALL, "yesterday")
    for about, days in (("last-month", -30), ("yesterday", -1)):
        [own] = [one.task_id for one in staff_lines(here) if one.visit_id == about]
        finish(here, own, Outcome.REACHED, NOW + timedelta(days=days))
    told = report_facts(here, NOW)
    assert (told.call_list.open, told.call_list.done) == (1, 1), "one call about both visits"
    assert told.open_tasks == {CALL: 1, "read_reply": 3}


def asked(con, kind, about, patient=None):
    add_staff_task(con, kind=kind, reason=Reason.DESK_CALLS.value, detail="{}", due_at=NOW, now=NOW,
                   dedupe_key=f"{kind}|{about}", visit_id=about, patient_id=patient)  # fmt: skip


def test_a_misspelt_metric_is_named_in_the_table_and_the_benchmark_goes_on(
    enter, tmp_path, monkeypatch
):
    here, people = enter(), crowd(30)
    seen = [visit(one.source_id, starts_at=NOW - timedelta(days=2), status="arrived")
            for one in people]  # fmt: skip
    keep_snapshot(here, snapshot(people, seen), NOW - timedelta(days=1))
    load_warehouse(here, NOW)
    publish_warehouse(here)
    shipped = Path("warehouse/metrics/no_show_rate.yaml").read_text(encoding="utf-8")
    (tmp_path / "own").mkdir()
    wrong = shipped.replace("status = 'no_show'", "statuss = 'no_show'")
    (tmp_path / "own/no_show_rate.yaml").write_text(wrong, encoding="utf-8")
    monkeypatch.setenv("PTCLINIC_METRICS", str(tmp_path / "own"))
    table = {row["metric"]: row for row in metric_table(here, NOW)}
    assert "there is no column statuss" in table["No-show rate"]["note"]
    assert table["Arrived per booked slot"]["numerator"] == 30
    assert refresh_benchmark(here, NOW).cells, "of the rates whose files are right"
