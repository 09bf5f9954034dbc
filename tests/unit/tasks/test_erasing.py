"""An erased patient cannot be read anywhere, is sent nothing, and stays opted out."""

import json
from datetime import datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text

from connectors.practice.base import RejectedRow
from data_contracts.deed import Deed
from data_contracts.errors import GateClosed, UserError
from data_contracts.inbound import InboundEvent, InboundKind
from ledger import claiming, people, records
from ledger.column import metadata
from ledger.erasure import erase_rows
from ledger.erasure_register import Erasure, register, registered
from ledger.schema import (
    audit,
    consents,
    inbox,
    messages,
    opt_outs,
    patients,
    quarantine,
    visits,
)
from tasks import book, erasing
from tasks.erasing import past_retention
from tasks.failure import failures, keep_failure
from tasks.keeping import keep_inbound
from tasks.loading import load_warehouse, publish_warehouse, warehouse
from tests.cast import NOW, person, snapshot, visit

LONG_AFTER = datetime(2070, 1, 5, 16, tzinfo=NOW.tzinfo)


@pytest.fixture
def at(house, number):
    """Ana and Bo, each with a reminder that is due; their numbers."""
    made = house(ladder=[{"name": "one_day", "channel": "sms", "before": "P1D"}])
    made.numbers = {"ana": number(), "bo": number()}
    everyone = [person(one, mobile=made.numbers[one]) for one in ("ana", "bo")]
    made.keep(everyone, [visit(one) for one in ("ana", "bo")])
    made.plan()
    return made


def row_of(here, source_id="ana"):
    with here.ledger.read() as con:
        return con.execute(select(patients).where(patients.c.source_id == source_id)).one()


def say(at, words, number, key):
    event = InboundEvent(
        clinic="northside",
        dedupe_key=key,
        kind=InboundKind.TEXT,
        from_number=number,
        body=words,
        received_at=NOW,
    )
    assert keep_inbound(at.here, event)


def erase(at, source_id="ana", now=NOW, basis="request"):
    return erasing.erase(at.here, source_id, "asked for it", now, legal_basis=basis)


def test_a_queued_message_to_who_was_erased_is_never_sent(at):
    done = erase(at)
    assert done.content["messages_expired"] == 1
    assert at.dispatch() == {"accepted": 1}
    assert sorted(at.messages()) == [("accepted", "sent"), ("expired", "patient_erased")]
    assert [one["to"] for one in at.sandbox.texts()][-1] == at.numbers["bo"]
    assert at.numbers["ana"] not in [one["to"] for one in at.sandbox.texts()]


def test_a_claim_that_a_dispatcher_holds_sends_nothing_either(at):
    from data_contracts.message import Channel
    from ledger import outbox
    from rules.gates import decide

    def by_the_rules(candidate):
        return decide(at.here.clinic, candidate, NOW)

    vendors = {Channel.SMS: "twilio"}
    held, _, _ = claiming.claim(at.here.ledger, NOW, NOW, by_the_rules, vendors, frozenset())
    assert len(held) == 2
    erase(at)
    own = row_of(at.here).patient_id
    started = outbox.start_all(at.here.ledger, held, NOW, NOW)
    assert started == {one.message_id for one in held if one.patient_id != own}


def test_who_must_be_kept_is_refused_with_the_date_and_a_hold_beats_every_basis(at):
    with pytest.raises(GateClosed, match=r"kept until 20\d\d-\d\d-\d\d; --legal-basis"):
        erase(at, basis=None)
    erasing.set_hold(at.here, "ana", NOW, is_held=True)
    for basis, now in (("request", NOW), (None, LONG_AFTER)):
        with pytest.raises(GateClosed, match="legal hold"):
            erase(at, basis=basis, now=now)
    assert row_of(at.here).erased_at is None
    assert registered(at.here.ledger) == []
    erasing.set_hold(at.here, "ana", NOW, is_held=False)
    erase(at, basis=None, now=LONG_AFTER)
    assert row_of(at.here).erased_at == LONG_AFTER


def test_an_unknown_patient_is_a_clear_error(at):
    with pytest.raises(UserError, match="no patient with that id"):
        erase(at, "nobody")


def test_a_stop_outlives_the_erasure_as_a_hash_alone(at):
    say(at, "STOP", at.numbers["ana"], "SM-stop")
    erase(at)
    index = at.here.ledger.index(at.numbers["ana"])
    with at.here.ledger.read() as con:
        assert people.is_opted_out(con, index)
        shown = [str(value) for value in con.execute(select(opt_outs)).one()]
    assert not any("555" in one for one in shown if one != index)
    assert row_of(at.here).phone_index is None


def test_identity_replies_and_quarantined_rows_cannot_be_read_from_a_copy_of_before(at):
    say(at, "my knee hurts", at.numbers["ana"], "SM-1")
    say(at, "on my way", at.numbers["bo"], "SM-2")
    ten = at.numbers["ana"][-10:]
    national = f"({ten[:3]}) {ten[3:6]}-{ten[6:]}"
    bad = [
        RejectedRow("patient", "ana", "no_phone", b'{"name": "Ana"}'),
        RejectedRow("patient", "row", "no_id", f"Example, {at.numbers['bo']}".encode()),
        RejectedRow("patient", "national", "no_id", f"An, {national}".encode()),
        RejectedRow("visit", "visit-of-ana", "no_start", b"{}"),
        RejectedRow("visit", "other", "no_start", b'{"patient": "somebody"}'),
    ]
    book.keep_snapshot(at.here, snapshot([], [], bad), NOW + timedelta(hours=1))
    ledger = at.here.ledger
    with ledger.read() as con:
        who, kept = row_of(at.here), list(con.execute(select(inbox)))
        rows = list(con.execute(select(quarantine)))
    done = erase(at)
    assert done.content["rows_erased"]["inbox"] == 1
    with pytest.raises(InvalidTag):
        people.identity(ledger, who.patient_id, who.identity)
    by_key = {one.dedupe_key: one for one in kept}
    with pytest.raises(InvalidTag):
        records.words_of(ledger, by_key["SM-1"])
    assert records.words_of(ledger, by_key["SM-2"]) == "on my way"
    readable = [
        one.row_key
        for one in rows
        if ledger.unseal_quarantined(one.batch_id, one.row_key, one.payload)
    ]
    # The row without an id shows Ana's last name: better one too many than one left.
    assert readable == ["visit:other"]
    with ledger.read() as con:
        assert con.execute(select(quarantine.c.row_key)).scalars().all() == ["visit:other"]


def test_who_was_erased_early_is_erased_whole_once_no_law_asks_any_more(at):
    early = erase(at)
    assert early.content["evidence_erased_too"] is False
    assert past_retention(at.here, NOW + timedelta(days=30)) == {}
    erasing.set_hold(at.here, "ana", NOW, is_held=True)
    assert "ana" not in past_retention(at.here, LONG_AFTER)
    erasing.set_hold(at.here, "ana", NOW, is_held=False)
    assert "ana" in past_retention(at.here, LONG_AFTER)
    late = erase(at, now=LONG_AFTER, basis=None)
    assert late.path != early.path
    assert early.path.exists()
    assert late.content["evidence_erased_too"] is True
    assert late.content["evidence_erased_at"] == LONG_AFTER.isoformat()
    own = row_of(at.here)
    assert own.erased_at == NOW
    with at.here.ledger.read() as con:
        for table in (visits, messages, consents):
            rows = [row for row in con.execute(select(table)) if own.patient_id in str(row)]
            assert rows == [], table.name
        said = select(audit.c.why).where(audit.c.what == Deed.PATIENT_ERASED.value)
        assert list(con.execute(said).scalars()) == [
            "the identity; evidence is kept",
            "the record and its evidence",
        ]
    assert "ana" not in past_retention(at.here, LONG_AFTER)
    before = late.path.read_text()
    assert erasing.end_begun(at.here) == 1
    assert late.path.read_text() == before, "again changes nothing"


def test_once_no_law_asks_for_it_no_table_knows_the_patient(at):
    erase(at, now=LONG_AFTER, basis=None)
    gone = row_of(at.here)
    with at.here.ledger.read() as con:
        for table in metadata.sorted_tables:
            shown = [row for row in con.execute(select(table)) if gone.patient_id in str(row)]
            # The audit keeps our own id of them: who did what must outlive them.
            assert table in (patients, audit) or shown == [], table.name
        assert con.execute(select(visits.c.source_id)).scalars().all() == ["visit-of-bo"]
    assert gone.identity == b""
    assert {gone.phone_index, gone.email_index, gone.birth_year, gone.zones, gone.state} == {None}


@pytest.mark.parametrize(("now", "basis"), [(NOW, "request"), (LONG_AFTER, None)])
def test_the_next_reading_does_not_bring_them_back(at, now, basis):
    erase(at, now=now, basis=basis)
    before = row_of(at.here)
    later = now + timedelta(days=1)
    changed = person("ana", mobile=at.numbers["ana"], last_name="Married", updated_at=later)
    new = visit("ana", "another", starts_at=later + timedelta(days=1), updated_at=later)
    for tables in ({}, {"visits": [visit("ana", updated_at=later), new]}):
        at.keep([changed], tables.get("visits", []), later)
    assert row_of(at.here) == before
    assert at.here.ledger.keys.find(f"patient:{before.patient_id}") is None
    with at.here.ledger.read() as con:
        assert "another" not in con.execute(select(visits.c.source_id)).scalars().all()
    at.plan(later)
    at.dispatch(later)
    assert at.sandbox.texts(at.numbers["ana"]) == []


def test_before_that_the_proof_of_what_was_sent_stays_without_who(at):
    at.dispatch()
    erase(at)
    own = row_of(at.here).patient_id
    with at.here.ledger.read() as con:
        kept = con.execute(
            text("select * from messages where patient_id = :own"), {"own": own}
        ).one()
        booked = con.execute(select(visits).where(visits.c.patient_id == own)).one()
    assert kept.vendor_id is None
    assert kept.address_index is None
    assert (booked.visit_type, booked.practitioner_id) == (None, None)


def test_the_certificate_lists_ids_and_hashes_alone(at):
    done = erase(at)
    assert done.path.parent.name == "certificates"
    assert done.path.stat().st_mode & 0o777 == 0o600
    words = done.path.read_text()
    # A number whole: three digits of it may well be in a hash.
    for said in ("Ana", "Example", at.numbers["ana"][1:], "asked for it", "request", "@"):
        assert said not in words
    content = json.loads(words)
    assert content["patient_id"] == row_of(at.here).patient_id
    assert len(content["why_hash"]) == len(content["certificate_hash"]) == 64
    assert len(content["message_ids"]) == 1


@pytest.mark.slow
def test_the_warehouse_forgets_them_and_does_not_learn_of_them_again(at):
    at.dispatch()
    load_warehouse(at.here, NOW)
    publish_warehouse(at.here)
    key = at.here.ledger.pseudonym(row_of(at.here).patient_id)

    def facts():
        found = {}
        for read_only in (False, True):
            with warehouse(at.here, read_only=read_only) as con:
                for table in ("core_practice__visits", "core_messages__messages"):
                    rows = con.execute(f"select patient_key from {table}").fetchall()
                    found[table, read_only] = sorted(row[0] == key for row in rows)
        return list(found.values())

    assert facts() == [[False, True]] * 4
    erase(at)
    assert facts() == [[False]] * 4
    with at.here.ledger.write() as con:
        records.set_cursor(con, "visits_loaded", (NOW - timedelta(days=900)).isoformat(), NOW)
    load_warehouse(at.here, NOW)
    publish_warehouse(at.here)
    assert facts() == [[False]] * 4


@pytest.mark.parametrize("stop", ["registered", "rows gone, keys not"])
def test_an_erasure_that_was_stopped_is_ended(at, stop):
    say(at, "my knee hurts", at.numbers["ana"], "SM-1")
    ledger, before = at.here.ledger, row_of(at.here)
    with ledger.read() as con:
        kept = con.execute(select(inbox)).one()
    begun = Erasure(before.patient_id, NOW, False)
    register(ledger, begun)
    if stop != "registered":
        with ledger.write() as con:
            done = erase_rows(ledger, con, begun)
            register(ledger, begun._replace(keys=frozenset(done.keys)))
    assert erasing.end_begun(at.here) == 1
    with pytest.raises(InvalidTag):
        people.identity(ledger, before.patient_id, before.identity)
    with pytest.raises(InvalidTag):
        records.words_of(ledger, kept)
    assert row_of(at.here).erased_at == NOW
    assert (ledger.home / "certificates" / f"{before.patient_id}.json").exists()
    assert erasing.end_begun(at.here) == 1, "again changes nothing"


def test_a_register_line_that_was_cut_off_is_no_erasure(at):
    register(at.here.ledger, Erasure("a" * 32, NOW, False))
    with (at.here.ledger.home / "erasures.jsonl").open("a") as file:
        file.write('{"patient_id": "b')
    assert [one.patient_id for one in registered(at.here.ledger)] == ["a" * 32]
    register(at.here.ledger, Erasure("c" * 32, NOW, False))
    found = [one.patient_id for one in registered(at.here.ledger)]
    assert found == ["a" * 32, "c" * 32], "nor does it take the next one with it"


def test_a_traceback_that_may_quote_them_goes_with_them(at):
    keep_failure("0a1b2c3d", "northside", "class and place", "Ana Example was not found")
    keep_failure("0a1b2c3e", "riverbend", "class and place", "another clinic's")
    erase(at)
    assert failures(at.here) == []
    left = [path.name for path in (at.here.settings.home / "errors").iterdir()]
    assert left == ["0a1b2c3e.txt"], "class and place alone name nobody"
    keep_failure("0a1b2c3f", "northside", "class and place", "of the next day")
    assert erasing.end_begun(at.here) == 1
    assert len(failures(at.here)) == 1, "what came after says nothing of who was gone"
