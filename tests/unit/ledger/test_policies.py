"""A card is sealed under its patient's key, found by a hash, and goes with its patient."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data_contracts.authorization import Authorization
from data_contracts.policy import Policy, Relation
from ledger.erasure import carry_out
from ledger.erasure_register import Erasure
from ledger.keys import SealBroken
from ledger.policies import card, keep_authorizations, keep_policies, member_hash
from ledger.schema import patients
from ledger.schema_insurance import authorizations, policies
from tests.cast import NOW


def policy(patient, **changes):
    values = {
        "source_id": f"card-of-{patient}",
        "patient_source_id": patient,
        "payer": "Meridian Mutual",
        "member_id": "M100 000-1",
        "updated_at": NOW,
    }
    return Policy.model_validate(values | changes)


def keep(full, *found, gone=(), now=NOW):
    with full.ledger.write() as con:
        return keep_policies(full.ledger, con, found, gone, now)


def rows(full, table=policies):
    with full.ledger.read() as con:
        return list(con.execute(select(table)))


def test_a_card_is_read_back_and_lies_nowhere_in_clear(filled):
    full = filled(1)
    born = {"subscriber_birth_date": "1980-02-29T00:00:00Z", "relation": "child"}
    assert keep(full, policy("p0", subscriber_last_name="Qzorbet", **born)) == 1
    (row,) = rows(full)
    held = card(full.ledger, row)
    assert (held.member_id, held.relation) == ("M100 000-1", Relation.CHILD)
    assert held.subscriber_birth_date == date(1980, 2, 29)
    assert row.patient_id == full.patients[0]
    said = str(row)
    assert not any(word in said for word in ("M100", "Qzorbet", "1980"))


def test_the_same_card_is_written_once_and_a_new_one_in_its_place(filled):
    full = filled(1)
    assert [keep(full, policy("p0")), keep(full, policy("p0"))] == [1, 0]
    later = NOW + timedelta(hours=1)
    assert keep(full, policy("p0", member_id="M2", updated_at=later), now=later) == 1
    (row,) = rows(full)
    assert (card(full.ledger, row).member_id, row.changed_at) == ("M2", later)
    assert keep(full, policy("p0", member_id="M0", updated_at=NOW)) == 0, "an older look"


def test_two_spellings_of_a_member_id_are_one(filled):
    ledger = filled(1).ledger
    assert member_hash(ledger, "m100-000 1") == member_hash(ledger, "M1000001")
    assert member_hash(ledger, " - ") is None


@pytest.mark.parametrize("way", ["removed", "inactive", "gone"])
def test_what_the_practice_system_no_longer_holds_is_no_policy(filled, way):
    full = filled(1)
    keep(full, policy("p0"))
    ended = {"removed": {"is_removed": True}, "inactive": {"is_active": False}, "gone": {}}[way]
    found = [policy("p0", **ended)] if ended else []
    assert keep(full, *found, gone=() if ended else ("card-of-p0",)) == 1
    assert rows(full) == []


def test_a_card_goes_with_its_patient_and_comes_back_by_no_reading(filled):
    full = filled(2)
    keep(full, policy("p0"), policy("p1"))
    grant(full)
    (before, *_) = rows(full)
    whose = before.patient_id
    carry_out(full.ledger, Erasure(whose, NOW, False))
    assert [one.patient_id for one in rows(full)] == [one for one in full.patients if one != whose]
    with pytest.raises(SealBroken):
        card(full.ledger, before)
    with full.ledger.read() as con:
        query = select(patients.c.source_id).where(patients.c.patient_id == whose)
        source_id = con.execute(query).scalar_one()
    assert keep(full, policy(source_id, updated_at=NOW + timedelta(days=1))) == 0


def grant(full, **changes):
    values = {
        "source_id": "a1",
        "patient_source_id": "p0",
        "number": "A-1",
        "visits_authorized": 12,
        "ends_on": date(2026, 3, 31),
        "updated_at": NOW,
    }
    with full.ledger.write() as con:
        one = Authorization.model_validate(values | changes)
        return keep_authorizations(full.ledger, con, [one])


def test_a_request_is_no_leave_until_it_has_its_number(filled):
    full = filled(1)
    grant(full, number=None, visits_authorized=None, visits_requested=12)
    assert [one.is_granted for one in rows(full, authorizations)] == [False]
    assert grant(full, updated_at=NOW + timedelta(hours=1)) == 1
    (row,) = rows(full, authorizations)
    assert (row.is_granted, row.visits_authorized, row.ends_on) == (True, 12, "2026-03-31")
    assert b"A-1" not in row.sealed
    assert grant(full, visits_authorized=1) == 0, "an older look"
