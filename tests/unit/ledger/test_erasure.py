"""Erasing rows and reading charts, on both engines."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from ledger import charts, people
from ledger.column import metadata
from ledger.erasure import carry_out, erase_rows
from ledger.erasure_register import Erasure, register
from ledger.schema import messages, patients
from tests.cast import NOW

DENVER = ZoneInfo("America/Denver")


def row_of(ledger, own):
    with ledger.read() as con:
        return con.execute(select(patients).where(patients.c.patient_id == own)).one()


@pytest.mark.parametrize("entire", [False, True])
def test_one_of_three_is_erased_and_the_others_get_their_messages(filled, entire):
    full = filled(3)
    ledger, own = full.ledger, full.patients[0]
    sealed = row_of(ledger, own).identity
    done = carry_out(ledger, Erasure(own, NOW, entire))
    assert done.expired == 1
    assert len(full.claim()) == 2
    with pytest.raises(InvalidTag):
        people.identity(ledger, own, sealed)
    with ledger.read() as con:
        kept = [
            table.name
            for table in metadata.sorted_tables
            if any(own in str(row) for row in con.execute(select(table)))
        ]
    # The audit keeps our own id of them: who read and did what must outlive them (164.316(b)(2)).
    evidence = set() if entire else {"visits", "messages", "consents"}
    assert set(kept) == {"patients", "audit"} | evidence
    again = carry_out(ledger, Erasure(own, NOW + timedelta(days=1), entire))
    assert (again.expired, again.rows["inbox"]) == (0, 0)


def test_a_shared_number_still_protects_who_is_left(filled):
    full = filled(2)
    ledger, (own, other) = full.ledger, full.patients
    index = full.phone_index(0)
    with ledger.write() as con:
        con.execute(patients.update().values(phone_index=index))
        con.execute(messages.update().values(address_index=index, sent_on=NOW))
    carry_out(ledger, Erasure(own, NOW, False))
    with ledger.read() as con:
        kept = con.execute(select(messages.c.address_index)).scalars().all()
    assert kept == [index, index], "the number had its message today, whosever it was"
    carry_out(ledger, Erasure(other, NOW, False))
    with ledger.read() as con:
        kept = con.execute(
            select(messages.c.address_index).where(messages.c.patient_id == other)
        ).scalars()
        assert kept.all() == [None]


def test_an_erasure_that_fails_leaves_rows_and_keys(filled):
    full = filled(1)
    ledger, own = full.ledger, full.patients[0]
    begun = Erasure(own, NOW, True)
    register(ledger, begun)
    with pytest.raises(RuntimeError), ledger.write() as con:  # noqa: PT012
        erase_rows(ledger, con, begun)
        raise RuntimeError("the disk is full")
    row = row_of(ledger, own)
    assert row.erased_at is None
    assert people.identity(ledger, own, row.identity)["first_name"] == "Ana"


def test_a_chart_knows_its_last_day_its_proof_and_its_hold(filled):
    full = filled(2)
    own = full.patients[0]
    with full.ledger.write() as con:
        charts.hold(con, own, NOW)
    with full.ledger.read() as con:
        facts = {one.patient_id: one for one in charts.chart_facts(con, DENVER)}
    assert facts[own].last_on == (NOW + timedelta(days=1)).astimezone(DENVER).date()
    assert facts[own].evidence_on == NOW.astimezone(DENVER).date()
    assert [facts[one].is_held for one in full.patients] == [True, False]
    with full.ledger.write() as con:
        assert charts.release_hold(con, own)
        assert not charts.release_hold(con, own)
