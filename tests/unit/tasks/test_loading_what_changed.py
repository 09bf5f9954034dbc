"""A load takes what changed since the last; what its marks passed over is found by counting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import literal, select

from bench.history import LAST, write_day, write_history
from ledger.schema import assignments, messages, risk_scores, visits
from ledger.schema_claims import claim_payments, claims
from tasks.loading import begin_warehouse_anew, load_warehouse, warehouse
from tasks.room import Room
from warehouse.load import load_visits

NOON = LAST + timedelta(hours=12)
DAY = timedelta(days=1)


@pytest.fixture
def history(enter: Callable[..., Room]) -> Room:
    """Some weeks of a clinic's rows of every kind, loaded."""
    room = enter()
    write_history(room.ledger, 21)
    assert load_warehouse(room, NOON)["messages"] == 2 * 26 * 15
    return room


def found(room: Room, query: str) -> Any:
    with warehouse(room) as con:
        [(value,)] = con.execute(query).fetchall()
        return value


def test_a_later_load_reads_the_new_days_rows_and_not_the_old(history: Room) -> None:
    with history.ledger.write() as con:
        write_day(con, LAST)
    counts = load_warehouse(history, NOON + DAY)
    new = {name: counts[name] for name in ("messages", "scores", "claims", "payments")}
    assert all(0 < count <= 2 * 52 for count in new.values()), new
    assert found(history, "SELECT count(*) FROM core_messages__messages") == 2 * 26 * 16
    assert found(history, "SELECT count(*) FROM core_claims__claims WHERE status = 'answered'") > 0


def test_an_old_rows_late_change_is_taken_by_its_own_mark(history: Room) -> None:
    with history.ledger.write() as con:
        first = claims.c.claim_id.in_(
            con.execute(claims.select().order_by(claims.c.claim_id).limit(1)).scalars()
        )
        con.execute(claims.update().where(first).values(status="rejected", updated_at=NOON))
    load_warehouse(history, NOON + DAY)
    assert found(history, "SELECT count(*) FROM core_claims__claims WHERE status = 'rejected'") == 1


@pytest.mark.parametrize(
    ("change", "query"),
    [
        (
            messages.update()
            .where(messages.c.rung == "first", messages.c.visit_id.like("%3"))
            .values(status="failed"),
            "SELECT count(*) > 0 FROM core_messages__messages WHERE status = 'failed'",
        ),
        (
            risk_scores.insert().values(
                visit_id="late", visit_version=1, score=0.5, tier="low", reasons="[]",
                model_id="m1", scored_at=LAST - 20 * DAY,
            ),
            "SELECT count(*) = 26 * 15 + 1 FROM core_risk__scores",
        ),
        (
            visits.update().where(visits.c.status == "cancelled").values(status="arrived"),
            "SELECT count(*) FILTER (status = 'cancelled') = 0 FROM core_practice__visits",
        ),
        (
            assignments.insert().from_select(
                ["visit_id", "sprint", "arm", "stratum", "assigned_at"],
                select(visits.c.visit_id, *map(literal, ("s1", "treated", "q1")), visits.c.seen_at)
                .order_by(visits.c.starts_at)
                .limit(1),
            ),
            "SELECT count(*) = 1 FROM core_sprint__assignments",
        ),
    ],
    ids=["a message's status", "a score", "a visit's status", "an arm"],
)  # fmt: skip
def test_what_a_clock_that_was_behind_passed_over_is_found_by_counting(
    history: Room, change: Any, query: str
) -> None:
    with history.ledger.write() as con:
        con.execute(change)
    load_warehouse(history, NOON + DAY)
    assert found(history, query)


def test_a_load_into_a_warehouse_begun_anew_that_was_cut_short_is_made_whole(
    history: Room,
) -> None:
    count = "SELECT count(*) FROM core_practice__visits"
    whole = found(history, count)
    with warehouse(history) as con:
        first = con.sql("FROM core_practice__visits LIMIT 1").to_arrow_table()
    begin_warehouse_anew(history)
    with warehouse(history) as con:
        load_visits(con, first)
    load_warehouse(history, NOON)
    assert found(history, count) == whole


def test_a_clock_that_was_ahead_once_has_nothing_passed_over(history: Room) -> None:
    with history.ledger.read() as con:
        ahead, moved = list(
            con.execute(select(visits.c.visit_id).order_by(visits.c.starts_at).limit(2)).scalars()
        )
    set_of(history, ahead, seen_at=NOON + 90 * DAY)
    load_warehouse(history, NOON)
    later = LAST - 5 * DAY
    set_of(history, moved, starts_at=later, seen_at=NOON + DAY, updated_at=NOON + DAY)
    load_warehouse(history, NOON + DAY)
    is_there = f"SELECT count(*) FROM core_practice__visits WHERE starts_at = '{later}'"
    assert found(history, is_there) == 1


def set_of(room: Room, visit_id: str, **values: Any) -> None:
    with room.ledger.write() as con:
        con.execute(visits.update().where(visits.c.visit_id == visit_id).values(values))


def test_which_of_two_payments_stands_is_settled_by_the_later(history: Room) -> None:
    with history.ledger.write() as con:
        old = con.execute(claim_payments.select().order_by(claim_payments.c.payment_id)).first()
        assert old is not None
        same = claim_payments.c.payment_id == old.payment_id
        con.execute(claim_payments.update().where(same).values(is_standing=False))
        again = {"payment_id": "again", "answer_id": "again", "is_first": False, "read_at": NOON}
        con.execute(claim_payments.insert().values(old._asdict() | again))
    load_warehouse(history, NOON + DAY)
    assert found(history, "SELECT count(*) FROM core_claims__payments WHERE NOT is_standing") == 1
