"""`retention` and its monthly flow: a plan by default, erasure only when told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from data_contracts.dialogue import OfferKind
from flows.retention import retention
from ledger.links import Told, make_links
from ledger.offers import add_offer
from ledger.schema import visits
from ledger.schema_dialogue import links, offers, open_slots
from ledger.slots import Freed, open_slot
from tasks.book import keep_snapshot
from tasks.erasing import set_hold
from tasks.retention import drop_past, keep_retention
from tests.cast import NOW, person, snapshot, visit

DAY = timedelta(days=1)
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


def test_links_offers_and_slots_go_once_they_are_over_for_as_long_as_the_table_says(here):
    with here.ledger.write() as con:
        who = {row.source_id: row for row in con.execute(select(visits))}
        ana, bo = who["visit-of-ana"], who["visit-of-bo"]
        for name, one in (("ana", ana), ("bo", bo)):
            told = [Told(f"m-{name}", one.patient_id, one.visit_id, 1, NOW + DAY)]
            make_links(here.ledger, con, told, NOW)
            add_offer(con, OfferKind.OTHER_TIME, one.patient_id, [], NOW + DAY, NOW)
        freed = Freed(ana.visit_id, 1, "caro", None, None, NOW + DAY, None)
        open_slot(con, freed, NOW, NOW)
    set_hold(here, "bo", NOW, is_held=True)

    def left():
        with here.ledger.read() as con:
            return [len(list(con.execute(select(one)))) for one in (links, offers, open_slots)]

    assert drop_past(here, NOW + 59 * DAY) == {}
    assert drop_past(here, NOW + 62 * DAY) == {"links": 1}
    assert left() == [1, 2, 1], "a hold beats every date"
    assert drop_past(here, NOW + 6 * 365 * DAY) == {}
    assert drop_past(here, NOW + 6 * 366 * DAY) == {"offers": 1, "open_slots": 1}
    set_hold(here, "bo", NOW, is_held=False)
    assert drop_past(here, NOW + 6 * 366 * DAY) == {"links": 1, "offers": 1}
    assert left() == [0, 0, 0]


@pytest.mark.parametrize(("said", "erased"), [("by_command", None), ("monthly", 1)])
def test_the_monthly_flow_erases_only_where_the_clinic_file_says_so(here, write_file, said, erased):
    write_file(retention={"apply": said})
    counts = keep_retention.fn("northside", LONG_AFTER)
    assert counts == {"due": 1, "held": 0} | ({} if erased is None else {"erased": erased})
    assert retention.name == "retention"
