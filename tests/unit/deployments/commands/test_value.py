"""`value` shows the dollars of a sprint, opens what is behind them, and writes down who looked."""

from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import select

from data_contracts.deed import Deed
from ledger.schema import audit
from tasks.loading import load_warehouse, publish_warehouse, warehouse
from tests.unit.value.made_up_sprint import NOW, arm, put_row, put_sprint, put_visits

AT = ("--now", NOW.isoformat())


@pytest.fixture
def here(write_file, enter):
    """Northside after a sprint of 90 days: 160 visits with the extra, 160 without."""
    economics = {
        "licence_cents_month": 30_000,
        "refilled_share": 0.25,
        "marketing": [
            {
                "channel": "search_ads",
                "from_on": "2026-11-01",
                "to_on": "2026-11-10",
                "cents": 90_000,
            }
        ],
    }
    write_file(economics=economics)
    room = enter(economics=economics)
    load_warehouse(room, NOW)
    frame = pd.concat([arm("treated", 160, 140, 4, 0, 1), arm("held_out", 160, 120, 4, 0, 2)])
    with warehouse(room) as con:
        put_visits(con, frame, put_sprint(con))
    publish_warehouse(room)
    return room


def test_the_bridge_is_shown_with_its_sources_from_the_clinics_own_file(here, ptclinic):
    found = ptclinic("value", "show", "northside", *AT, "--json").document
    assert (found["sprint"], found["treated"], found["held_out"]) == ("sprint-1", 160, 160)
    told = {one["name"]: (one["value"], one["origin"]) for one in found["assumptions"]}
    assert told["licence"] == (30_000, "contract")
    assert told["refilled_share"] == (0.25, "typed in")
    assert told["wage"] == (None, "not known")
    said = ptclinic("value", "show", "northside", *AT)
    assert said.code == 0, said.err
    assert "Would have been filled anyway" in said.out
    assert "not known" in said.out
    assert "$300" in said.out, "money, and no cents by the ten thousand"
    assert "Backfilled" in said.out, "what the words call shown beside it"
    assert found["words"] in " ".join(said.out.split())


def test_the_rows_are_pseudonyms_and_who_opened_them_is_in_the_audit(here, ptclinic, monkeypatch):
    monkeypatch.setenv("PTCLINIC_ROLE", "owner")
    found = ptclinic("value", "rows", "northside", "extra_visits", *AT, "--json").document
    assert len(found["rows"]) == 320
    assert set(found["rows"][0]) == {"visit_key", "is_treated", "arrived", "payer"}
    with here.ledger.read() as con:
        row = con.execute(select(audit).order_by(audit.c.sequence.desc())).first()
    assert (row.what, row.role) == (Deed.VALUE_OPENED.value, "owner")
    assert (row.about, row.why) == ("sprint-1 extra_visits", "320 rows")
    said = ptclinic("value", "rows", "northside", "extra_visit", *AT)
    assert said.code == 2
    assert "extra_visits" in said.err
    said = ptclinic("value", "show", "northside", "--sprint", "spring", *AT)
    assert said.code == 1
    assert "spring: no sprint of this name" in said.err
    said = ptclinic("value", "rows", "northside", "denied", *AT)
    assert said.out.strip() == "northside: no row stands behind denied"


@pytest.mark.parametrize(
    ("role", "words"),
    [("front_desk", ("show", "northside")), ("therapist", ("rows", "northside", "payments"))],
)
def test_money_is_for_owner_and_consultant(write_file, enter, ptclinic, monkeypatch, role, words):
    write_file()
    enter()
    monkeypatch.setenv("PTCLINIC_ROLE", role)
    said = ptclinic("value", *words, *AT)
    assert said.code == 3
    assert "money: read" in said.err


def test_before_any_sprint_the_command_says_what_to_do(write_file, enter, ptclinic):
    write_file()
    room = enter()
    load_warehouse(room, NOW)
    publish_warehouse(room)
    said = ptclinic("value", "show", "northside", *AT)
    assert said.code == 1
    assert "northside: no sprint yet; start one" in said.err


def test_marketing_spend_of_the_clinic_file_connects_the_cost_of_a_new_patient(
    here, write_file, enter
):
    from data_contracts.metric import MetricParameters
    from warehouse.metric_sql import load_metrics, run_metric

    parameters = MetricParameters(timezone="America/Denver", visit_value_cents=9800)
    metric = load_metrics()["acquisition_cost"]
    with warehouse(here) as con:
        [value] = run_metric(con, metric, parameters, NOW)
        # 900 dollars for the 80 patients who all came for the first time.
        assert value.value == pytest.approx(90_000 / 80)
        [half] = run_metric(con, metric, parameters, NOW, since=NOW - timedelta(days=18))
        assert half.value == pytest.approx(45_000 / 80)
        put_row(con, "core_marketing__spend", spend_key="gone", channel="radio",
                from_on="2026-01-01", to_on="2026-01-01", cost_cents=1)  # fmt: skip
    load_warehouse(here, NOW)
    with warehouse(here) as con:
        assert con.execute("select channel from core_marketing__spend").fetchall() == [
            ("search_ads",)
        ]
