"""`retention` and its monthly flow: a plan by default, erasure only when told."""

from datetime import datetime, timedelta

import pytest

from flows.retention import retention
from tasks.book import keep_snapshot
from tasks.retention import keep_retention
from tests.cast import NOW, person, snapshot, visit

LONG_AFTER = datetime(2070, 1, 5, 16, tzinfo=NOW.tzinfo)


@pytest.fixture
def here(write_file, enter):
    """Ana, whose last visit is over, and Bo, who comes for decades."""
    write_file()
    room = enter()
    bo = person("bo", first_name="Bo", mobile="+13035550102")
    later = visit("bo", starts_at=LONG_AFTER - timedelta(days=30))
    keep_snapshot(room, snapshot([person(), bo], [visit(), later]), NOW)
    return room


def ends(ptclinic, *words):
    done = ptclinic("retention", *words, "--json")
    assert done.code == 0, done.err
    return done.document


def test_a_plan_names_who_may_go_and_changes_nothing(here, ptclinic):
    assert ends(ptclinic, "plan", "northside", "--now", NOW.isoformat())["due"] == {}
    due = ends(ptclinic, "plan", "northside", "--now", LONG_AFTER.isoformat())["due"]
    assert list(due) == ["ana"]
    assert ends(ptclinic, "plan", "northside", "--now", LONG_AFTER.isoformat())["due"] == due


def test_to_apply_is_to_erase_whom_the_plan_names_once(here, ptclinic):
    moment = LONG_AFTER.isoformat()
    assert ends(ptclinic, "apply", "northside", "--now", moment)["erased"] == 1
    assert ends(ptclinic, "apply", "northside", "--now", moment)["erased"] == 0
    assert len(list((here.ledger.home / "certificates").iterdir())) == 1
    assert ends(ptclinic, "plan", "northside", "--now", moment)["due"] == {}


def test_a_hold_keeps_a_record_until_it_is_lifted(here, ptclinic):
    moment = LONG_AFTER.isoformat()
    ends(ptclinic, "hold", "northside", "ana")
    assert ends(ptclinic, "apply", "northside", "--now", moment)["erased"] == 0
    ends(ptclinic, "release", "northside", "ana")
    assert ends(ptclinic, "apply", "northside", "--now", moment)["erased"] == 1


@pytest.mark.parametrize(("said", "erased"), [("by_command", None), ("monthly", 1)])
def test_the_monthly_flow_erases_only_where_the_clinic_file_says_so(here, write_file, said, erased):
    write_file(retention={"apply": said})
    counts = keep_retention.fn("northside", LONG_AFTER)
    assert counts == {"due": 1, "held": 0} | ({} if erased is None else {"erased": erased})
    assert retention.name == "retention"
