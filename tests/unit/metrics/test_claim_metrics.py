"""Denials counted by hand: first pass and net, by payer, by class and step, in cents."""

from datetime import UTC, datetime, timedelta

import pytest

from data_contracts.denial import DenialClass, denial_codes
from data_contracts.metric import MetricParameters
from warehouse.metric_sql import Period, load_metrics, run_metric
from warehouse.store import open_warehouse

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PARAMETERS = MetricParameters(timezone="America/Denver", visit_value_cents=9800)


@pytest.fixture
def con(tmp_path):
    """Twenty claims of two payers: six denied at first, of which two were paid after all."""
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as connection:
        for place in range(14):
            put(connection, f"paid{place}", payer="evergreen" if place < 10 else "cascade")
        for place in range(3):
            put(connection, f"auth{place}", "authorization", "authorisation", preventable=12_000)
        put(connection, "cover", "coverage", "eligibility", preventable=12_000)
        put(connection, "code", "coding", "coding", payer="cascade", is_standing=False)
        put(connection, "need", "necessity", "other", payer="cascade", is_standing=False)
        # The corrections of the last two, and a reversal, which is nobody's first answer.
        put(connection, "code2", payer="cascade", is_first=False)
        put(connection, "need2", payer="cascade", is_first=False)
        put(connection, "back", "coding", "coding", is_first=False, is_standing=False)
        yield connection


def put(con, key, denial_class=None, step=None, *, payer="evergreen", preventable=0, **flags):
    """One payment of 120 dollars, a week ago; denied where it has a class."""
    named = {"is_first": True, "is_standing": True} | flags
    con.execute(
        "insert into core_claims__payments values"
        " (?, ?, null, null, ?, false, ?, ?, ?, 12000, ?, ?, ?, ?, ?, ?)",
        [
            key, key, payer, named["is_first"], named["is_standing"],
            "denied" if denial_class else "paid", 0 if denial_class else 9000,
            12_000 if denial_class else 0, preventable, denial_class, step,
            NOW - timedelta(days=7),
        ],
    )  # fmt: skip


def found(con, name, group=None):
    """The cells of a metric by their group, as counted: above and below the line, or the value."""
    cells = run_metric(con, load_metrics()[name], PARAMETERS, NOW, Period.OVERALL, group)
    return {one.group: one for one in cells}


def test_the_first_pass_rate_counts_first_answers_alone(con):
    (cell,) = found(con, "claim_denial_rate").values()
    assert (cell.numerator, cell.denominator) == (6, 20)


def test_the_net_rate_counts_what_stands(con):
    (cell,) = found(con, "claim_denial_rate_net").values()
    assert (cell.numerator, cell.denominator) == (4, 20)


def test_a_payer_has_its_own_rate(con):
    for place in range(10):
        put(con, f"more{place}", payer="cascade")
    cells = found(con, "claim_denial_rate", "payer")
    assert (cells["evergreen"].numerator, cells["evergreen"].denominator) == (4, 14)
    assert (cells["cascade"].numerator, cells["cascade"].denominator) == (2, 16)


@pytest.mark.parametrize("name", ["claim_denial_rate", "claim_denial_rate_net"])
def test_a_small_payer_is_not_what_the_total_leaves(con, name):
    for place in range(40):
        put(con, f"large{place}", payer="summit")
    (total,) = found(con, name).values()
    cells = found(con, name, "payer")
    assert cells["cascade"].is_suppressed, "six claims show nobody's rate"
    assert not cells["cascade"].is_kept_back
    assert (cells["evergreen"].is_kept_back, cells["evergreen"].denominator) == (True, None)
    assert (cells["summit"].denominator, total.denominator) == (40, 60)
    monthly = run_metric(con, load_metrics()[name], PARAMETERS, NOW, Period.MONTH)
    assert not any(one.is_kept_back for one in monthly), "a month is no part of a payer"


def test_a_class_is_a_share_of_all_claims_and_classes_add_up(con):
    cells = found(con, "claim_denial_rate", "denial_class")
    assert set(cells) == {name.value for name in DenialClass}
    assert (cells["authorization"].numerator, cells["authorization"].denominator) == (3, 20)
    assert sum(cell.numerator for cell in cells.values()) == 6
    steps = found(con, "claim_denial_rate", "denial_step")
    assert {name: cell.numerator for name, cell in steps.items()} == {
        "authorisation": 3, "eligibility": 1, "coding": 1, "other": 1, "intake": 0
    }  # fmt: skip


def test_the_metric_knows_every_class_with_its_step():
    text = load_metrics()["claim_denial_rate"].source
    for name, trait in denial_codes().classes.items():
        assert f"('{name}', '{trait.step}')" in text


def test_dollars_are_those_of_first_answers(con):
    (denied,) = found(con, "denied_dollars").values()
    (preventable,) = found(con, "preventable_denied_dollars").values()
    assert (denied.value, preventable.value) == (72_000, 48_000)


def test_what_was_turned_back_is_counted_apart_and_the_chart_s_share_by_field(con):
    for place in range(12):
        con.execute(
            "insert into core_claims__claims values (?, 'p', null, 'evergreen', ?, '2026-11-01',"
            " 12000, ?, 14, ?, ?)",
            [f"c{place}", "rejected" if place < 3 else "answered", 14 if place < 6 else 7, NOW
             - timedelta(days=9), NOW - timedelta(days=8)],
        )  # fmt: skip
    (rejected,) = found(con, "claims_rejected").values()
    assert (rejected.numerator, rejected.denominator) == (3, 12)
    (there,) = found(con, "chart_completeness").values()
    assert (there.numerator, there.denominator) == (126, 168)
