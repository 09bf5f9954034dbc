"""Episodes, home exercise, hours freed and the parts of the value, counted by hand."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from random import Random

import pytest

from data_contracts.metric import MetricParameters
from tests.unit.value.made_up_sprint import put_payment, put_row
from warehouse.found_once import found_once
from warehouse.metric_sql import Period, load_metrics, run_metric
from warehouse.store import open_warehouse
from warehouse.value_parts import parts_found_once

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
DAY = timedelta(days=1)
STATUSES = ("arrived", "arrived", "no_show", "cancelled")
PARAMETERS = MetricParameters(timezone="America/Denver", visit_value_cents=10_000)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with open_warehouse(tmp_path_factory.mktemp("value") / "clinic.duckdb", "ab" * 32) as found:
        yield found


@pytest.fixture
def con(opened):
    """An empty warehouse; what a test puts there is taken back."""
    opened.begin()
    yield opened
    opened.rollback()


def put_visit(con, key, patient, days_ago, status="arrived", **more):
    put_row(
        con,
        "core_practice__visits",
        visit_key=key,
        patient_key=patient,
        starts_at=NOW - days_ago * DAY,
        status=status,
        clinic_tz="America/Denver",
        updated_at=NOW,
        **more,
    )


def value(con, name):
    [found] = run_metric(con, load_metrics()[name], PARAMETERS, NOW)
    return found


def parts(con):
    """The part of each visit that is in one."""
    cells = run_metric(
        con, load_metrics()["revenue_recovered"], PARAMETERS, NOW, Period.OVERALL, "part"
    )
    return {cell.group: cell.value for cell in cells}


def test_an_episode_ends_with_a_gap_of_more_than_60_days_and_counts_when_its_year_is_over(con):
    for n in range(10):  # ended 400 days ago; four come again within the year
        put_visit(con, f"a{n}", f"p{n}", 420)
        put_visit(con, f"b{n}", f"p{n}", 400)
        if n < 4:
            put_visit(con, f"c{n}", f"p{n}", 400 - 61)
    for n in range(10, 12):  # 60 days are no gap: one episode, which is too young to be judged
        put_visit(con, f"a{n}", f"p{n}", 400)
        put_visit(con, f"b{n}", f"p{n}", 340)
    put_visit(con, "late", "p5", 30)  # 370 days after: too late to count
    put_visit(con, "missed", "p6", 300, "no_show")  # who did not come did not come back
    found = value(con, "repeat_episode_retention")
    assert (found.numerator, found.denominator) == (4, 10)


def episodes_judged(visits):
    """Episodes whose year is over, and those of them after which another began within it."""
    judged = again = 0
    for _, own in groupby(sorted(visits), key=lambda visit: visit[0]):
        days = [on for _, on, status in own if status == "arrived" and on < NOW]
        parted = [n for n, on in enumerate(days) if n == 0 or on > days[n - 1] + 60 * DAY]
        ends = [*(n - 1 for n in parted[1:]), len(days) - 1] if days else []
        for number, end in enumerate(ends):
            if days[end] + 365 * DAY < NOW:
                judged += 1
                later = parted[number + 1 : number + 2]
                again += any(days[n] <= days[end] + 365 * DAY for n in later)
    return again, judged


def test_episodes_are_what_a_recount_finds_and_a_late_correction_counts_at_once(con):
    draw = Random(11)
    book = {
        f"v{n}": [f"p{draw.randrange(25)}", draw.randint(1, 1_400), draw.choice(STATUSES)]
        for n in range(400)
    }
    for key, (patient, ago, status) in book.items():
        put_visit(con, key, patient, ago, status)
    for corrected in ("v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8"):
        found = value(con, "repeat_episode_retention")
        recount = [(patient, NOW - ago * DAY, status) for patient, ago, status in book.values()]
        assert (found.numerator, found.denominator) == episodes_judged(recount)
        book[corrected][2] = "no_show" if book[corrected][2] == "arrived" else "arrived"
        con.execute(
            "UPDATE core_practice__visits SET status = ? WHERE visit_key = ?",
            [book[corrected][2], corrected],
        )


def test_parts_found_once_give_each_metric_what_it_finds_by_itself(con):
    for n in range(12):
        put_visit(con, f"gone{n}", f"p{n}", 30, "no_show")
        booked = NOW - 25 * DAY
        put_visit(con, f"came{n}", f"p{n}", 20 if n % 2 else 10, booked_at=booked)
    given = {**PARAMETERS.model_dump(), "now": NOW}
    alone = load_metrics()
    together = parts_found_once(con, alone, given)
    changed = {name for name in alone if together[name].source != alone[name].source}
    assert {"rebooked_revenue", "revenue_recovered"} <= changed
    for name in changed:
        for period in Period:
            own, shared = (
                run_metric(con, metrics[name], PARAMETERS, NOW, period)
                for metrics in (alone, together)
            )
            assert own == shared
    [found] = run_metric(con, together["rebooked_revenue"], PARAMETERS, NOW)
    assert found.value == 60_000


def test_home_exercise_counts_at_most_all_and_never_a_week_without_a_log(con):
    for n, (prescribed, done) in enumerate([(10, 5), (3, 9), (4, 0), (5, None)] * 4):
        put_row(con, "core_exercise__weeks", patient_key=f"p{n}", exercise_key="squat",
                week_on=date(2026, 11, 2), prescribed=prescribed, done=done)  # fmt: skip
    found = value(con, "home_exercise_completion")
    assert (found.numerator, found.denominator) == (pytest.approx(4 * 1.5), 12)


def test_hours_freed_are_handwork_by_the_watch_less_what_people_still_do(con):
    for place, (activity, phase, minutes) in enumerate([
        ("verification", "before", 10), ("verification", "before", 14),
        ("verification", "after", 3), ("claim", "before", 30),
    ]):  # fmt: skip
        put_row(con, "core_staff__samples", sample_key=str(place), sprint="s", activity=activity,
                when_phase=phase, minutes=minutes, timed_on=NOW.date(), role="desk")  # fmt: skip
    for n in range(10):  # 8 by themselves, 2 by a person: 8 x 12 + 2 x (12 - 3) minutes
        put_row(con, "core_insurance__verifications", visit_key=f"v{n}", patient_key="p",
                payer="evergreen", starts_at=NOW - DAY, answered_at=NOW - 2 * DAY, questions=1,
                is_usable_first=True, asked_person=n < 2)  # fmt: skip
    # A claim was timed before alone: nothing is said of claims.
    put_row(con, "core_claims__claims", claim_key="c", patient_key="p", payer="evergreen",
            status="filed", service_on=NOW.date(), charge_cents=1, fields_there=1, fields_needed=1,
            created_at=NOW - DAY, filed_at=NOW - DAY)  # fmt: skip
    assert value(con, "hours_freed").value == pytest.approx((8 * 12 + 2 * 9) / 60)


def test_each_visit_stands_in_one_part_of_the_value_and_is_counted_once(con):
    """`both` fits three parts; drawn into an arm it would fit a fourth."""
    put_visit(con, "gave", "other", 5, "cancelled", cancelled_at=NOW - 6 * DAY)
    put_visit(con, "missed", "ana", 8, "no_show")
    put_visit(con, "both", "ana", 5, booked_at=NOW - 6 * DAY)
    put_visit(con, "again", "ana", 4, booked_at=NOW - 6 * DAY)
    put_visit(con, "checked", "bo", 5)
    put_row(con, "core_practice__slots", slot_key="s", freed_by_visit_key="gave",
            starts_at=NOW - 5 * DAY, opened_at=NOW - 6 * DAY, status="filled",
            filled_by_visit_key="both", is_booked_anew=True)  # fmt: skip
    for key, patient in (("both", "ana"), ("checked", "bo")):
        put_payment(con, f"pay-{key}", {"visit_key": key, "patient_key": patient}, paid_cents=7000)
        put_row(con, "core_insurance__verifications", visit_key=key, patient_key=patient,
                payer="evergreen", starts_at=NOW - 5 * DAY, questions=1, is_usable_first=False,
                asked_person=True)  # fmt: skip
    assert parts(con) == {"backfilled": 7000, "verified": 7000}
    put_row(con, "core_sprint__assignments", visit_key="both", sprint="s", arm="held_out",
            stratum="q1", assigned_at=NOW - 6 * DAY)  # fmt: skip
    assert parts(con) == {"prevented": 0, "verified": 7000}
    assert value(con, "revenue_recovered").value == 7000


def test_sprints_that_hold_out_other_shares_are_each_judged_by_themselves(con):
    """Thrown together their seasons would pass for an effect: here there is none."""
    for sprint, arm, visits, arrived in (
        ("sprint-1", "treated", 20, 10),
        ("sprint-1", "held_out", 20, 10),
        ("monitor-1", "treated", 40, 36),
        ("monitor-1", "held_out", 10, 9),
        ("sprint-2", "treated", 5, 5),  # nobody is held out: it tells nothing
    ):
        for n in range(visits):
            key = f"{sprint}-{arm}-{n}"
            put_visit(con, key, key, 9, "arrived" if n < arrived else "no_show")
            put_row(con, "core_sprint__assignments", visit_key=key, sprint=sprint, arm=arm,
                    stratum="q1", assigned_at=NOW - 12 * DAY)  # fmt: skip
    assert value(con, "prevented_revenue").value == pytest.approx(0)
    assert value(con, "revenue_recovered").value == pytest.approx(0)
    con.execute("UPDATE core_practice__visits SET status = 'arrived' WHERE visit_key = ?",
                ["sprint-1-treated-19"])  # fmt: skip
    assert value(con, "prevented_revenue").value == pytest.approx(10_000)


@pytest.mark.parametrize(
    ("booked", "came", "status", "counts"),
    [
        (19, 6, "arrived", True),
        (19, 5, "arrived", False),
        (21, 10, "arrived", False),
        (19, 10, "no_show", False),
    ],
    ids=["on the 14th day", "on the 15th", "booked before the miss", "missed too"],
)
def test_a_miss_is_made_up_for_by_a_visit_booked_after_it_within_14_days(
    con, booked, came, status, counts
):
    put_visit(con, "missed", "ana", 20, "no_show")
    put_visit(con, "came", "ana", came, status, booked_at=NOW - booked * DAY)
    assert ("rebooked" in parts(con)) is counts


def test_episodes_found_once_are_those_that_are_found_each_time_and_never_yesterdays(con):
    for n in range(24):
        put_visit(con, f"first{n}", f"p{n}", 800)
        put_visit(con, f"again{n}", f"p{n}", 700 if n % 3 else 500)
    given = {**PARAMETERS.model_dump(), "now": NOW}
    alone = load_metrics()
    name = "repeat_episode_retention"
    shown = []
    for _ in range(2):
        once = found_once(con, alone, (name,), given)
        assert once[name].source != alone[name].source
        for period in Period:
            own, shared = (
                run_metric(con, metrics[name], PARAMETERS, NOW, period) for metrics in (alone, once)
            )
            assert own == shared
        [value] = run_metric(con, once[name], PARAMETERS, NOW)
        shown.append((value.numerator, value.denominator))
        # A visit of two years ago turns out to have been missed.
        con.execute(
            "UPDATE core_practice__visits SET status = 'no_show' WHERE visit_key = 'again0'"
        )
    assert shown[0] != shown[1]
