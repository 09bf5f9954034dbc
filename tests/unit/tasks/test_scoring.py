"""Scoring: once for each version of a visit, from the forecast as it stood at that moment."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from ledger import records
from ledger.schema import assignments, forecasts, risk_scores
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, warehouse
from tasks.room import Room
from tasks.scoring import score_book, score_due
from tests.cast import NOW, clinic_file, person, snapshot, visit
from warehouse.features.visit import FeatureRequest, visit_features

Enter = Callable[..., Room]
HOUR = timedelta(hours=1)
DAY = date(2026, 1, 6)
PLACE = "39.74,-104.99"


def scores(room: Room) -> list[Any]:
    with room.ledger.read() as con:
        return list(con.execute(select(risk_scores).order_by(risk_scores.c.visit_version)))


def test_a_visit_is_scored_once_and_again_only_when_it_is_moved(enter: Enter) -> None:
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    assert sum(score_due(room, NOW).values()) == 1
    assert score_due(room, NOW + HOUR) == {}
    moved = visit(starts_at=NOW + 30 * HOUR, updated_at=NOW + 2 * HOUR)
    keep_snapshot(room, snapshot([person()], [moved]), NOW + 2 * HOUR)
    assert sum(score_due(room, NOW + 2 * HOUR).values()) == 1
    first, second = scores(room)
    assert (first.visit_version, second.visit_version) == (1, 2)
    assert first.model_id == second.model_id
    assert 0 < first.score < 1
    with room.ledger.read() as con:
        (arm,) = con.execute(select(assignments))
    assert arm.assigned_at == NOW


def test_only_booked_visits_of_the_next_days_are_scored(enter: Enter) -> None:
    room = enter()
    horizon = room.clinic.risk.horizon
    book = [
        visit(source_id="near"),
        visit(source_id="far", starts_at=NOW + horizon + HOUR),
        visit(source_id="past", starts_at=NOW - HOUR),
        visit(source_id="off", status="cancelled", cancelled_at=NOW - HOUR),
    ]
    keep_snapshot(room, snapshot([person()], book), NOW)
    assert sum(score_due(room, NOW).values()) == 1


def test_a_score_is_not_due_again_within_the_hour(house: Any) -> None:
    northside = house()
    northside.keep([person()], [visit()])
    assert sum(score_book.fn("northside", NOW).values()) == 1
    assert score_book.fn("northside", NOW + HOUR / 2) == {"not_due": 1}
    assert score_book.fn("northside", NOW + HOUR) == {}


def test_an_empty_book_is_scored_without_a_model(enter: Enter) -> None:
    room = enter()
    assert score_due(room, NOW) == {}
    assert not (room.ledger.home / "models").exists()


def coldest(room: Room, **request: Any) -> float:
    with warehouse(room) as con:
        frame = visit_features(con, FeatureRequest(**request))
    return float(frame["degrees_below_39f"].iloc[0])


def test_the_feature_reads_the_forecast_of_the_scoring_never_a_later_one(enter: Enter) -> None:
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    with room.ledger.write() as con:
        for fetched_at, coldest_c in ((NOW, -10.0), (NOW + 3 * HOUR, 10.0)):
            records.add_forecast(con, PLACE, DAY, fetched_at, {"temperature_min_c": coldest_c})
    load_warehouse(room, NOW + 3 * HOUR)
    assert coldest(room, decide_at=NOW) == pytest.approx(39 - 14)
    assert coldest(room, decide_at=NOW + 2 * HOUR) == pytest.approx(39 - 14)
    assert coldest(room, decide_at=NOW + 3 * HOUR) == 0
    assert pd.isna(coldest(room, decide_at=NOW - HOUR))
    assert pd.isna(coldest(room, decide_days_before=1))  # midnight, before anything was fetched


def test_a_forecast_that_cannot_be_had_stops_no_scoring(enter: Enter) -> None:
    """Nobody answers at the forecast's address: the weather is unknown, the visit is scored."""
    address = clinic_file()["address"] | {"latitude": 39.74, "longitude": -104.99}
    risk = {"weather": True, "weather_base_url": "http://127.0.0.1:9"}
    room = enter(address=address, risk=risk)
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    assert sum(score_due(room, NOW).values()) == 1
    with room.ledger.read() as con:
        assert con.execute(select(forecasts)).all() == []
    load_warehouse(room, NOW)
    assert pd.isna(coldest(room, decide_at=NOW))
