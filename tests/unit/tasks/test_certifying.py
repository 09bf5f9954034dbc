"""A certification that the desk records lets a Medicare claim go; none, or a late one, holds it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from data_contracts.errors import UserError
from ledger.schema import audit
from ledger.schema_claims import claim_findings
from ledger.schema_insurance import certifications
from tasks.certifying import Certificate, certify, recorded, tell_total, withdraw
from tasks.consenting import NoSuchPatient
from tasks.room import Room
from tests.cast import NOW
from tests.unit.tasks.claiming import DAY, INSURANCE, Desk

MEDICARE = {"payer_id": "CMS", "name": "Medicare Part B", "is_medicare": True}
OF_MEDICARE = INSURANCE | {"payers": {"medicare": MEDICARE}}
CARD = {"payer": "Medicare Part B", "member_id": "1EG4TE5MK73"}
CHARGE = {"payer": "Medicare Part B", "physician": "1003000126", "physician_name": "Okafor"}
SIGNED = Certificate(date(2025, 12, 20), signed_on=date(2025, 12, 23), by="Dr Ada Okafor")


@pytest.fixture
def desk(enter: Callable[..., Room], tmp_path: Path) -> Desk:
    """Northside, with a member of Medicare who was treated."""
    made = Desk(enter, tmp_path / "claims", insurance=OF_MEDICARE)
    made.insure(**CARD)
    made.charge("charges-1.csv", CHARGE)
    return made


def grave(desk: Desk) -> set[str]:
    """What keeps the claims here, by code."""
    desk.examine()
    query = select(claim_findings.c.code).where(claim_findings.c.severity != "note")
    with desk.here.ledger.read() as con:
        return set(con.execute(query).scalars())


def test_a_certified_plan_and_a_known_year_let_the_claim_go(desk: Desk) -> None:
    assert grave(desk) == {"plan.unrecorded", "threshold.unknown"}
    stands = certify(desk.here, "ana", SIGNED, NOW, is_renewal=False)
    assert (stands.state, stands.due_on) == ("signed", date(2026, 1, 19))
    assert grave(desk) == {"threshold.unknown"}
    assert tell_total(desk.here, "ana", 2026, Decimal("310.55"), NOW) == Decimal("310.55")
    assert desk.submit() == {"sent": 1, "waiting": 0, "in_doubt": 0}
    (claim,) = desk.left()
    assert claim.filing == "MB"
    (file,) = (desk.folder / "drop").glob("*.837")
    assert b"~NM1*DN*1*OKAFOR*****XX*1003000126~" in file.read_bytes()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"signed_on": None, "verbal_on": date(2025, 12, 21)}, "plan.pending"),
        ({"begins_on": date(2025, 11, 1)}, "plan.delayed"),
        ({"begins_on": date(2025, 10, 4)}, "plan.not_covered"),  # day 91
        ({"begins_on": date(2026, 1, 3)}, "plan.unrecorded"),  # a course that began a day later
        ({"ends_on": DAY - timedelta(days=1)}, "plan.not_covered"),
    ],
)
def test_what_does_not_certify_the_day_holds_it(
    desk: Desk, changes: dict[str, date | None], finding: str
) -> None:
    tell_total(desk.here, "ana", 2026, Decimal(0), NOW)
    certify(desk.here, "ana", replace(SIGNED, **changes), NOW, is_renewal=False)
    assert grave(desk) == {finding}


def test_a_plan_certified_anew_in_time_covers_the_day(desk: Desk) -> None:
    tell_total(desk.here, "ana", 2026, Decimal(0), NOW)
    first = replace(SIGNED, begins_on=date(2025, 10, 1), signed_on=date(2025, 10, 6))
    again = replace(SIGNED, begins_on=date(2025, 12, 29))
    with pytest.raises(UserError, match="record the first period"):
        certify(desk.here, "ana", again, NOW, is_renewal=True)
    certify(desk.here, "ana", first, NOW, is_renewal=False)
    assert grave(desk) == {"plan.not_covered"}
    assert certify(desk.here, "ana", again, NOW, is_renewal=True).state == "signed"
    assert grave(desk) == set()
    withdraw(desk.here, "ana", again.begins_on)
    assert grave(desk) == {"plan.not_covered"}


def test_near_the_threshold_a_person_looks(desk: Desk) -> None:
    certify(desk.here, "ana", SIGNED, NOW, is_renewal=False)
    tell_total(desk.here, "ana", 2025, Decimal(2400), NOW)
    assert grave(desk) == {"threshold.unknown"}, "another year's word says nothing of this one"
    tell_total(desk.here, "ana", 2026, Decimal("2360.01"), NOW)
    assert grave(desk) == {"modifier.kx_perhaps"}
    tell_total(desk.here, "ana", 2026, Decimal("2480.01"), NOW)
    assert grave(desk) == {"modifier.kx_missing"}


def test_what_is_said_later_of_a_period_stands_beside_what_was_said(desk: Desk) -> None:
    ordered = Certificate(SIGNED.begins_on, ordered_on=date(2025, 12, 18), by="1003000126")
    assert certify(desk.here, "ana", ordered, NOW, is_renewal=False).state == "pending"
    sent = Certificate(SIGNED.begins_on, sent_on=date(2025, 12, 22))
    assert certify(desk.here, "ana", sent, NOW, is_renewal=False).state == "ordered"
    (found,) = recorded(desk.here, "ana", NOW)
    assert found["by"] == ["1003000126"]
    assert (found["kind"], found["covers_until"]) == ("initial", "2026-03-19")


@pytest.mark.parametrize(
    ("patient", "changes", "error", "words"),
    [
        ("nobody", {}, NoSuchPatient, "nobody goes by that id"),
        ("ana", {"signed_on": None}, UserError, "what was done and when"),
        ("ana", {"by": None}, UserError, "--by who signed"),
        ("ana", {"by": "1003000127"}, UserError, "no NPI"),
        ("ana", {"signed_on": NOW.date() + timedelta(days=2)}, UserError, "in the future"),
        ("ana", {"ends_on": date(2025, 12, 1)}, UserError, "before --begins"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_kept(
    desk: Desk, patient: str, changes: dict[str, object], error: type[UserError], words: str
) -> None:
    with pytest.raises(error, match=words):
        certify(desk.here, patient, replace(SIGNED, **changes), NOW, is_renewal=False)
    assert recorded(desk.here, "ana", NOW) == []


def test_each_word_is_on_record_and_no_name_lies_open(desk: Desk) -> None:
    certify(desk.here, "ana", SIGNED, NOW, is_renewal=False)
    recorded(desk.here, "ana", NOW)
    with desk.here.ledger.read() as con:
        deeds = list(con.execute(select(audit.c.what, audit.c.why).order_by(audit.c.sequence)))
        (row,) = con.execute(select(certifications))
    assert [tuple(one) for one in deeds][-2:] == [
        ("plan of care certified", "initial: signed"),
        ("identity read", "to list certifications"),
    ]
    assert "Okafor" not in json.dumps([str(one) for one in row]) + str(deeds)
