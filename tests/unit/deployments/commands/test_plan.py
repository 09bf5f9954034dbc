"""`plan` says of every rung what would become of it, and sends and writes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from data_contracts.message import REASON_WORDS, Reason
from ledger import people
from ledger.schema import messages, staff_tasks
from tasks.book import keep_snapshot
from tests.cast import NOW, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command

Enter = Callable[..., Any]


@pytest.fixture
def here(write_file: Callable[..., None], enter: Enter) -> Any:
    write_file()
    return enter()


def rungs(ptclinic: Command, *more: object) -> dict[str, dict[str, Any]]:
    said = ptclinic("plan", "northside", "--now", NOW.isoformat(), "--json", *more)
    assert said.code == 0, said.err
    return {line["rung"]: line for line in said.document["plan"]}


def keep(here: Any, **changes: Any) -> None:
    keep_snapshot(here, snapshot([person()], [visit(**changes)]), NOW)


def test_a_rung_whose_moment_has_come_goes_out_now(here: Any, ptclinic: Command) -> None:
    keep(here)
    line = rungs(ptclinic)["one_day"]
    assert line["reason"] == line["if_sent_now"] == "due"
    assert line["goes_at"] == "2026-01-05T09:00:00-07:00"
    assert line["starts_at"] == "2026-01-06T09:00:00-07:00"
    assert line["words"] == "goes out: its moment has come"
    assert line["in_outbox"] is False


def test_nothing_is_written_and_nobody_is_named(here: Any, ptclinic: Command) -> None:
    keep(here)
    said = ptclinic("plan", "northside", "--now", NOW.isoformat())
    with here.ledger.read() as con:
        for table in (messages, staff_tasks):
            assert con.execute(select(func.count()).select_from(table)).scalar() == 0
    assert "one_day" in said.out
    for secret in ("Ana", "Example", "5550101", "ana@"):
        assert secret not in said.out


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"delivery": "off"}, Reason.DELIVERY_OFF),
        ({"agreements": []}, Reason.NO_BAA),
    ],
)
def test_what_the_clinic_file_forbids_is_said_in_words(
    here: Any,
    ptclinic: Command,
    write_file: Callable[..., None],
    spoil: dict[str, Any],
    reason: Reason,
) -> None:
    keep(here)
    write_file(**spoil)
    line = rungs(ptclinic)["one_day"]
    assert line["goes_at"] is None
    assert line["words"] == f"waits: {REASON_WORDS[reason]}"


def test_a_number_that_opted_out_goes_to_staff_by_every_phone_rung(
    here: Any, ptclinic: Command
) -> None:
    keep_snapshot(here, snapshot([person(email=None)], [visit()]), NOW)
    with here.ledger.write() as con:
        index = here.ledger.index("+13035550101")
        people.opt_out(here.ledger, con, index, "phone", "text", NOW)
    line = rungs(ptclinic)["one_day"]
    assert (line["status"], line["reason"]) == ("handed_to_staff", "opted_out")
    assert line["goes_at"] is None


def test_a_book_that_was_not_read_lately_is_no_ground_to_send(here: Any, ptclinic: Command) -> None:
    keep(here, starts_at=NOW + timedelta(days=1, hours=2))
    later = NOW + timedelta(hours=3)
    line = rungs(ptclinic, "--now", later.isoformat())["one_day"]
    assert line["words"] == f"waits: {REASON_WORDS[Reason.SOURCE_STALE]}"


def test_a_rung_that_is_not_due_is_judged_as_of_its_moment(here: Any, ptclinic: Command) -> None:
    keep(here, starts_at=NOW + timedelta(days=2, hours=1))
    line = rungs(ptclinic)["one_day"]
    assert line["reason"] == "not_due"
    assert line["goes_at"] == line["due_at"] == "2026-01-06T10:00:00-07:00"


def test_quiet_hours_move_a_rung_to_the_morning(here: Any, ptclinic: Command) -> None:
    # One day before 06:30 is in the night; at nine the message may go.
    keep(here, starts_at=NOW + timedelta(days=2) - timedelta(hours=2, minutes=30))
    line = rungs(ptclinic)["one_day"]
    assert line["due_at"] == "2026-01-06T06:30:00-07:00"
    assert (line["reason"], line["goes_at"]) == ("quiet_hours", "2026-01-06T09:00:00-07:00")


def test_a_second_visit_next_day_meets_the_daily_cap(here: Any, ptclinic: Command) -> None:
    first = visit(starts_at=NOW + timedelta(days=1))
    second = visit(source_id="second", starts_at=NOW + timedelta(days=3))
    keep_snapshot(here, snapshot([person()], [first, second]), NOW)
    said = ptclinic("plan", "northside", "--now", NOW.isoformat(), "--json", "--days", "4")
    due = [one for one in said.document["plan"] if one["if_sent_now"] == "due"]
    today = {(one["rung"], one["reason"]) for one in due if one["due_at"] <= NOW.isoformat()}
    assert today == {("one_day", "due"), ("three_days", "daily_cap")} or today == {
        ("one_day", "daily_cap"),
        ("three_days", "due"),
    }


def test_an_unknown_clinic_is_a_usage_error(here: Any, ptclinic: Command) -> None:
    said = ptclinic("plan", "northsid", "--json")
    assert said.code == 2
    assert "known here: northside" in said.document["problems"][0]
