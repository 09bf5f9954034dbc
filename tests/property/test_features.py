"""Features know nothing of the future, and mean what a slow, plain reading of the rule says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.features.visit import FeatureRequest, visit_features
from warehouse.load import load_visit_versions, load_visits
from warehouse.store import open_warehouse

ZONE = ZoneInfo("America/New_York")
FIRST = date(2026, 2, 20)  # the clocks change on 8 March
PRIOR, STRENGTH, GROUP = 0.2, 6.0, 50.0
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path: Path = tmp_path_factory.mktemp("features") / "northside.duckdb"
    with open_warehouse(path, "0f" * 32) as connection:
        connection.execute("SET threads = 1")  # a second one only waits for the first
        yield connection


@st.composite
def visits(draw: st.DrawFn) -> dict[str, Any]:
    day = FIRST + timedelta(days=draw(st.integers(0, 30)))
    starts = datetime.combine(day, time(draw(st.integers(8, 18))), ZONE)
    status = draw(st.sampled_from(["arrived", "no_show", "cancelled", "deleted", "booked"]))
    notice = timedelta(hours=draw(st.integers(1, 100)))
    lead = timedelta(hours=draw(st.integers(0, 400)))
    return {
        "patient_key": draw(st.sampled_from(["ana", "bo"])),
        "practitioner_key": draw(st.sampled_from(["caro", "dev"])),
        "location_key": draw(st.sampled_from(["northside", None])),
        "starts_at": starts.astimezone(UTC),
        "booked_at": None if lead > timedelta(hours=390) else starts.astimezone(UTC) - lead,
        "status": status,
        "cancelled_at": starts.astimezone(UTC) - notice if status == "cancelled" else None,
        "clinic_tz": "America/New_York",
        "updated_at": starts.astimezone(UTC) + timedelta(hours=2),
    }


histories = st.lists(visits(), min_size=1, max_size=14)


def computed(
    con: duckdb.DuckDBPyConnection, rows: Rows, before: Rows | None = None, **request: Any
) -> pd.DataFrame:
    """`before`: what the book said of visits until they were changed."""
    frame = pd.DataFrame(rows)
    frame["visit_key"] = [f"v{number:03}" for number in range(len(rows))]
    for name in ("starts_at", "booked_at", "cancelled_at", "updated_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    con.execute("DELETE FROM core_practice__visits")
    con.execute("DELETE FROM core_practice__visit_versions")
    load_visits(con, frame)
    if before:
        load_visit_versions(con, pd.DataFrame(before))
    asked = FeatureRequest(
        prior_rate=PRIOR, prior_strength=STRENGTH, group_strength=GROUP, **request
    )
    return visit_features(con, asked).set_index("visit_key").sort_index()


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def outcome(row: dict[str, Any]) -> int | None:
    if row["status"] == "cancelled":
        is_late = row["starts_at"] - row["cancelled_at"] < timedelta(hours=24)
        return 1 if is_late else None
    return {"arrived": 0, "no_show": 1}.get(row["status"])


def shrunk(outcomes: list[int], strength: float) -> float:
    return (sum(outcomes) + strength * PRIOR) / (len(outcomes) + strength)


def read_slowly(rows: Rows, index: int, days_before: int) -> dict[str, Any]:
    """The rule in plain Python, one visit at a time."""
    this = rows[index]
    on = day_of(this["starts_at"])
    eve = datetime.combine(on - timedelta(days=days_before), time(), ZONE)
    decided = max(this["booked_at"] or eve, eve)
    before = min(day_of(decided), on)
    order = sorted(range(len(rows)), key=lambda at: (rows[at]["starts_at"], at))
    past = [rows[at] for at in order if outcome(rows[at]) is not None]
    past = [row for row in past if day_of(row["starts_at"]) < before]
    own = [row for row in past if row["patient_key"] == this["patient_key"]]
    results = [outcome(row) or 0 for row in own]
    average = PRIOR
    for result in results[-10:]:
        average += 0.3 * (result - average)
    kept = [row for row in own if outcome(row) == 0]
    return {
        "history_visits": len(own),
        "history_misses": sum(results),
        "history_rate": shrunk(results, STRENGTH),
        "history_ema": average,
        "last_missed": results[-1] if results else None,
        "recent_misses": sum(results[-5:]),
        "tenure_days": (on - day_of(own[0]["starts_at"])).days if own else None,
        "days_since_last_visit": (on - day_of(kept[-1]["starts_at"])).days if kept else None,
        "practitioner_rate": group_rate(past, this, "practitioner_key"),
        "location_rate": group_rate(past, this, "location_key"),
        **book(rows, index, decided),
    }


def group_rate(past: Rows, this: dict[str, Any], key: str) -> float:
    same = [row for row in past if this[key] is not None and row[key] == this[key]]
    return shrunk([outcome(row) or 0 for row in same], GROUP)


def book(rows: Rows, index: int, decided: datetime) -> dict[str, int]:
    """The patient's other visits as the book showed them at the decision."""
    this = rows[index]
    on = day_of(this["starts_at"])
    counts = {"visits_same_day": 0, "visits_last_14_days": 0, "visit_number": 1}
    counts["recent_cancellations"] = 0
    for at, row in enumerate(rows):
        if at == index or row["patient_key"] != this["patient_key"]:
            continue
        day = day_of(row["starts_at"])
        known = row["booked_at"] or datetime.combine(day, time(), ZONE)
        is_off = row["status"] in ("cancelled", "deleted")
        gone = (row["cancelled_at"] or row["updated_at"]) if is_off else None
        if row["status"] == "cancelled" and decided - timedelta(days=90) < gone <= decided:
            counts["recent_cancellations"] += 1
        if known > decided or (gone is not None and gone <= decided):
            continue
        counts["visits_same_day"] += day == on
        counts["visits_last_14_days"] += 0 < (on - day).days <= 14
        counts["visit_number"] += (row["starts_at"], at) < (this["starts_at"], index)
    return counts


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=histories, days_before=st.integers(0, 3))
def test_the_sql_says_what_the_plain_rule_says(
    warehouse: duckdb.DuckDBPyConnection, rows: Rows, days_before: int
) -> None:
    found = computed(warehouse, rows, decide_days_before=days_before)
    assert len(found) == len(rows)
    for index in range(len(rows)):
        expected = read_slowly(rows, index, days_before)
        actual = dict(found.loc[f"v{index:03}", list(expected)])
        actual = {name: None if pd.isna(value) else value for name, value in actual.items()}
        assert actual == pytest.approx(expected)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=histories, cut=st.integers(1, 30), days_before=st.integers(0, 3))
def test_no_outcome_from_a_day_on_changes_what_was_decided_before_it(
    warehouse: duckdb.DuckDBPyConnection, rows: Rows, cut: int, days_before: int
) -> None:
    midnight = datetime.combine(FIRST + timedelta(days=cut), time(), ZONE)
    before = computed(warehouse, rows, decide_days_before=days_before)
    after = computed(
        warehouse, [flipped(row, midnight) for row in rows], decide_days_before=days_before
    )
    early = before["decided_at"] < pd.Timestamp(midnight)
    pd.testing.assert_frame_equal(
        before[early].drop(columns="missed"), after[early].drop(columns="missed")
    )


def flipped(row: dict[str, Any], midnight: datetime) -> dict[str, Any]:
    """The same visit with another end, if it ended at or after `midnight`."""
    is_known = row["status"] in ("arrived", "no_show", "booked")
    if row["starts_at"] < midnight or not is_known:
        return row
    other = {"arrived": "no_show", "no_show": "cancelled", "booked": "arrived"}[row["status"]]
    late = row["starts_at"] - timedelta(minutes=30) if other == "cancelled" else None
    return row | {"status": other, "cancelled_at": late}


@st.composite
def moves(draw: st.DrawFn) -> dict[str, Any]:
    """Another start, therapist, place and kind; nothing of it may be there before it is made."""
    return {
        "to": timedelta(hours=draw(st.integers(1, 300))),
        "practitioner_key": draw(st.sampled_from(["caro", "dev"])),
        "location_key": draw(st.sampled_from(["riverbend", None])),
        "visit_type": draw(st.sampled_from(["Initial evaluation", "Re-evaluation", None])),
    }


def after_moves(
    rows: Rows, changed: list[dict[str, Any] | None], at: datetime
) -> tuple[Rows, Rows]:
    """The rows as of later, and what the book said of them until `at`."""
    now, before = [], []
    for index, (row, change) in enumerate(zip(rows, changed, strict=False)):
        is_settled = row["starts_at"] < at or (row["cancelled_at"] or at) < at
        if change is None or is_settled or (row["booked_at"] or at) > at:
            now.append(row | {"version": 1})
            continue
        start = max(row["starts_at"], at) + change["to"]
        new = {name: change[name] for name in ("practitioner_key", "location_key", "visit_type")}
        late = max(start - timedelta(hours=3), at + timedelta(minutes=1))
        cancelled = late if row["status"] == "cancelled" else None
        now.append(row | new | {"starts_at": start, "cancelled_at": cancelled, "version": 2})
        names = ("practitioner_key", "location_key", "starts_at")
        said = {"visit_key": f"v{index:03}", "known_until": at, "version": 1, "visit_type": None}
        before.append({name: row[name] for name in names} | said | {"is_time_known": True})
    return now, before


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(visits(), min_size=14, max_size=14),
    changed=st.lists(st.none() | moves(), min_size=14, max_size=14),
    cut=st.integers(1, 30),
    days_before=st.integers(0, 3),
)
def test_a_visit_moved_later_changes_nothing_of_what_was_decided_before(
    warehouse: duckdb.DuckDBPyConnection,
    rows: Rows,
    changed: list[dict[str, Any] | None],
    cut: int,
    days_before: int,
) -> None:
    """Neither of its row decided at a moment, nor of its sisters' rows as training sees them."""
    midnight = datetime.combine(FIRST + timedelta(days=cut), time(), ZONE).astimezone(UTC)
    rows = [row | {"visit_type": None} for row in rows]
    moved, before = after_moves(rows, changed, midnight)
    eve = {"decide_at": midnight - timedelta(hours=1)}
    was, found = (
        computed(warehouse, now, old, **eve).drop(columns="missed")
        for now, old in ((rows, None), (moved, before))
    )
    pd.testing.assert_frame_equal(was, found.loc[was.index])
    assert list(was.index) == list(found.index)
    was = computed(warehouse, rows, decide_days_before=days_before)
    found = computed(warehouse, moved, before, decide_days_before=days_before)
    keys = [one["visit_key"] for one in before]
    assert (found.loc[keys, "decided_at"] >= pd.Timestamp(midnight)).all()
    early = (was["decided_at"] < pd.Timestamp(midnight)) & ~was.index.isin(keys)
    pd.testing.assert_frame_equal(was[early], found[early])


def test_the_flip_does_change_what_is_decided_later(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Guards the guard: the same comparison sees a difference where one is due."""
    starts = [datetime.combine(FIRST + timedelta(days=day), time(10), ZONE) for day in (3, 9)]
    rows = [
        {
            "patient_key": "ana",
            "practitioner_key": "caro",
            "location_key": None,
            "starts_at": start.astimezone(UTC),
            "booked_at": start.astimezone(UTC) - timedelta(days=10),
            "status": "arrived",
            "cancelled_at": None,
            "clinic_tz": "America/New_York",
            "updated_at": start.astimezone(UTC),
        }
        for start in starts
    ]
    cut = datetime.combine(FIRST, time(), ZONE)
    before = computed(warehouse, rows)
    after = computed(warehouse, [flipped(row, cut) for row in rows])
    assert before.loc["v001", "history_misses"] == 0
    assert after.loc["v001", "history_misses"] == 1
