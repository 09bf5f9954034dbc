"""What is known of a visit when it is decided, told by examples."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pandas as pd
import pytest

from warehouse.features.visit import FeatureRequest, missed_rate, visit_features
from warehouse.load import load_forecasts, load_visit_versions

Visit = Callable[..., dict[str, Any]]
Load = Callable[[list[dict[str, Any]]], int]
Warehouse = duckdb.DuckDBPyConnection


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def features(con: Warehouse, key: str, **request: Any) -> dict[str, Any]:
    frame = visit_features(con, FeatureRequest(**request)).set_index("visit_key")
    return dict(frame.loc[key])


OUTCOMES = """
    status    | cancelled hours before | late cancels count under | missed
    arrived   |                        | 24                       | 0
    no_show   |                        | 24                       | 1
    no_show   |                        |                          | 1
    cancelled | 23                     | 24                       | 1
    cancelled | 24                     | 24                       |
    cancelled | 23                     |                          |
    cancelled | 3                      | 2                        |
    deleted   | 1                      | 24                       |
    booked    |                        | 24                       |
"""


@pytest.mark.parametrize("case", OUTCOMES.strip().splitlines()[1:])
def test_what_counts_as_missed(warehouse: Warehouse, case: str) -> None:
    status, before, late, missed = (cell.strip() for cell in case.split("|"))
    found = warehouse.execute(
        "SELECT missed($status, starts - to_hours($before::INTEGER), starts, $late::DOUBLE)"
        " FROM (SELECT TIMESTAMPTZ '2026-03-12 10:00:00-04' AS starts)",
        {"status": status, "before": before or None, "late": late or None},
    ).fetchone()
    assert found == (int(missed) if missed else None,)


def test_a_visit_is_decided_at_the_start_of_the_day_before(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load([visit("v1", "2026-03-12T10:00:00-04:00")])
    assert features(warehouse, "v1")["decided_at"] == at("2026-03-11T00:00:00-04:00")


def test_midnight_is_the_clinics_own_across_the_clock_change(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load([visit("v1", "2026-03-09T10:00:00-04:00")])
    found = features(warehouse, "v1", decide_days_before=2)
    assert found["decided_at"] == at("2026-03-07T00:00:00-05:00")


def test_a_clinic_that_moved_keeps_each_visits_own_clock(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    moved = {"clinic_tz": "America/Denver", "patient_key": "ben"}
    load(
        [
            visit("v1", "2026-03-12T10:00:00-04:00"),
            visit("v2", "2026-03-12T10:00:00-06:00", **moved),
            visit("v3", "2026-03-12T11:00:00-06:00", **moved),
        ]
    )
    found = {key: features(warehouse, key) for key in ("v1", "v2", "v3")}
    assert [one["visit_hour"] for one in found.values()] == [10, 10, 11]
    assert found["v1"]["decided_at"] == at("2026-03-11T00:00:00-04:00")
    assert found["v2"]["decided_at"] == at("2026-03-11T00:00:00-06:00")


def test_a_visit_booked_later_is_decided_when_booked(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    booked = at("2026-03-12T08:30:00-04:00")
    load([visit("v1", "2026-03-12T10:00:00-04:00", booked_at=booked)])
    found = features(warehouse, "v1")
    assert found["decided_at"] == booked
    assert (found["lead_days"], found["is_same_day"], found["booked_hour"]) == (0, 1, 8)


def test_the_record_holds_only_days_that_ended_before_the_decision(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load(
        [
            visit("v1", "2026-03-02T10:00:00-05:00", status="no_show"),
            visit("v2", "2026-03-05T10:00:00-05:00"),
            visit("v3", "2026-03-11T10:00:00-04:00", status="no_show"),
            visit("v4", "2026-03-12T10:00:00-04:00"),
        ]
    )
    found = features(warehouse, "v4", prior_rate=0.2, prior_strength=8.0)
    assert (found["history_visits"], found["history_misses"]) == (2, 1)
    assert found["history_rate"] == pytest.approx((1 + 8 * 0.2) / 10)
    assert found["history_ema"] == pytest.approx((0.2 * 0.7 + 0.3) * 0.7)
    assert (found["last_missed"], found["recent_misses"], found["recent_visits"]) == (0, 1, 2)
    assert (found["tenure_days"], found["days_since_last_visit"]) == (10, 7)
    assert found["visit_number"] == 4


def test_scoring_now_sees_only_what_is_on_the_book_now(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    now = at("2026-03-10T09:00:00-04:00")
    load(
        [
            visit("seen", "2026-03-12T10:00:00-04:00", status="booked"),
            visit("later", "2026-03-13T10:00:00-04:00", booked_at=at("2026-03-10T10:00:00-04:00")),
            visit(
                "gone",
                "2026-03-12T15:00:00-04:00",
                status="cancelled",
                cancelled_at=at("2026-03-09T10:00:00-04:00"),
            ),
        ]
    )
    frame = visit_features(warehouse, FeatureRequest(decide_at=now, first_day=date(2026, 3, 10)))
    assert list(frame["visit_key"]) == ["seen"]
    assert frame["missed"].isna().all()
    assert list(frame["recent_cancellations"]) == [1]


def test_a_visit_of_unknown_booking_day_is_scored_all_the_same(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    row = visit("v1", "2026-03-12T10:00:00-04:00", status="booked")
    load([row | {"booked_at": pd.NaT}])
    found = features(warehouse, "v1", decide_at=at("2026-03-10T09:00:00-04:00"))
    assert pd.isna(found["lead_days"])


def test_a_forecast_fetched_after_the_decision_is_not_known(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load([visit("v1", "2026-03-12T10:00:00-04:00")])
    forecast = {"place": "northside", "forecast_on": date(2026, 3, 12), "wind_max_kmh": 20.0}
    early = forecast | {
        "fetched_at": at("2026-03-10T12:00:00-04:00"),
        "temperature_min_c": -10.0,
        "temperature_max_c": 35.0,
    }
    late = forecast | {
        "fetched_at": at("2026-03-11T12:00:00-04:00"),
        "temperature_min_c": 10.0,
        "temperature_max_c": 20.0,
    }
    load_forecasts(warehouse, pd.DataFrame([late]))
    assert pd.isna(features(warehouse, "v1")["degrees_below_39f"])
    load_forecasts(warehouse, pd.DataFrame([early]))
    found = features(warehouse, "v1")
    assert found["degrees_below_39f"] == pytest.approx(39 - 14)
    assert found["degrees_above_89f"] == pytest.approx(95 - 89)


def test_therapist_and_place_rates_are_shrunk_to_the_prior(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load(
        [
            visit(f"v{day}", f"2026-02-{day:02}T10:00:00-05:00", status="no_show", patient_key="bo")
            for day in range(1, 11)
        ]
        + [visit("v99", "2026-03-12T10:00:00-04:00", location_key="riverbend")]
    )
    found = features(warehouse, "v99", prior_rate=0.1, group_strength=50.0)
    assert found["practitioner_rate"] == pytest.approx((10 + 50 * 0.1) / 60)
    assert found["location_rate"] == pytest.approx(0.1)
    assert found["history_visits"] == 0


def test_a_late_cancel_already_made_at_the_decision_has_no_label(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    cancelled = at("2026-03-11T20:00:00-04:00")
    load(
        [visit("v1", "2026-03-12T10:00:00-04:00", status="cancelled", cancelled_at=cancelled)],
    )
    assert features(warehouse, "v1", decide_days_before=1)["missed"] == 1
    assert pd.isna(features(warehouse, "v1", decide_days_before=0)["missed"])


def test_the_missed_rate_stops_at_its_day(warehouse: Warehouse, visit: Visit, load: Load) -> None:
    load(
        [
            visit("v1", "2026-03-02T10:00:00-05:00", status="no_show"),
            visit("v2", "2026-03-03T10:00:00-05:00"),
            visit("v3", "2026-03-04T10:00:00-05:00", status="no_show"),
        ]
    )
    assert missed_rate(warehouse, date(2026, 3, 3)) == 0.5
    assert missed_rate(warehouse, date(2026, 3, 1)) is None


def test_no_working_table_is_left_behind(warehouse: Warehouse, visit: Visit, load: Load) -> None:
    load([visit("v1", "2026-03-12T10:00:00-04:00")])
    visit_features(warehouse, FeatureRequest())
    left = warehouse.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert left == []


def said_before(key: str, until: str, starts_at: str, **changes: Any) -> dict[str, Any]:
    """What the book said of a visit until somebody changed it."""
    row = {
        "visit_key": key,
        "known_until": at(until),
        "version": 1,
        "practitioner_key": "caro",
        "location_key": "northside",
        "visit_type": "Follow-up",
        "diagnosis_region": "knee",
        "starts_at": at(starts_at),
        "is_time_known": True,
    }
    return row | changes


def test_a_visit_moved_after_its_eve_is_decided_when_it_was_moved(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load([visit("v1", "2026-03-12T16:00:00-04:00", version=2)])
    old = said_before("v1", "2026-03-11T11:00:00-04:00", "2026-03-12T09:00:00-04:00")
    load_visit_versions(warehouse, pd.DataFrame([old]))
    found = features(warehouse, "v1")
    assert found["decided_at"] == at("2026-03-11T11:00:00-04:00")
    assert (found["visit_hour"], found["missed"]) == (16, 0)
    asked = features(warehouse, "v1", decide_at=at("2026-03-10T09:00:00-04:00"))
    assert asked["visit_hour"] == 9
    assert pd.isna(asked["missed"])


def test_a_visit_moved_only_after_its_start_teaches_nothing(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load([visit("v1", "2026-03-12T16:00:00-04:00", version=2)])
    old = said_before("v1", "2026-03-12T18:00:00-04:00", "2026-03-12T09:00:00-04:00")
    load_visit_versions(warehouse, pd.DataFrame([old]))
    assert pd.isna(features(warehouse, "v1")["missed"])


def test_a_kind_set_right_after_the_decision_is_read_as_it_was(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load([visit("v1", "2026-03-12T16:00:00-04:00", visit_type="Initial evaluation")])
    old = said_before("v1", "2026-03-12T18:00:00-04:00", "2026-03-12T16:00:00-04:00")
    load_visit_versions(warehouse, pd.DataFrame([old]))
    found = features(warehouse, "v1")
    assert (found["is_first_visit"], found["missed"]) == (0, 0)


def test_a_sister_visit_stands_where_the_book_had_it_at_the_decision(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    load(
        [
            visit("v1", "2026-03-12T10:00:00-04:00", version=1),
            visit("v2", "2026-03-20T10:00:00-04:00", version=2),
        ]
    )
    old = said_before("v2", "2026-03-11T18:00:00-04:00", "2026-03-12T15:00:00-04:00")
    load_visit_versions(warehouse, pd.DataFrame([old]))
    assert features(warehouse, "v1")["visits_same_day"] == 1
    assert features(warehouse, "v1", decide_days_before=0)["visits_same_day"] == 0


KINDS = {
    "Initial Evaluation": 1,
    "PT Eval & Treat": 1,
    "New patient": 1,
    "first visit": 1,
    "Re-evaluation": 0,
    "Re-Eval": 0,
    "Reevaluation": 0,
    "Renewal": 0,
    "Discharge evaluation": 0,
    "Follow-up": 0,
    "News & Reviews": 0,
}


@pytest.mark.parametrize(("kind", "is_first"), KINDS.items())
def test_a_first_visit_is_told_by_whole_words_of_its_kind(
    warehouse: Warehouse, visit: Visit, load: Load, kind: str, is_first: int
) -> None:
    load([visit("v1", "2026-03-12T10:00:00-04:00", visit_type=kind)])
    assert features(warehouse, "v1")["is_first_visit"] == is_first


def test_without_a_kind_the_first_visit_is_the_patients_first(
    warehouse: Warehouse, visit: Visit, load: Load
) -> None:
    days = ("2026-03-10", "2026-03-12")
    load([visit(day, f"{day}T10:00:00-04:00", visit_type=None) for day in days])
    assert [features(warehouse, day)["is_first_visit"] for day in days] == [1, 0]
