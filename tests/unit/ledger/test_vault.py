"""The ledger at rest: opened by its key alone, and nobody's name in any byte of it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, inspect, select

from data_contracts.errors import SecretMissing
from data_contracts.message import Channel
from ledger import people, records
from ledger.column import metadata
from ledger.engine import open_engine
from ledger.keys import create_master_key, read_master_key
from ledger.migrate import migrate, newest
from ledger.schema import patients, staff_tasks
from ledger.store import open_ledger
from tests.cast import NOW, person
from tests.unit.ledger.filled import fill

PLANTED = {"first_name": "Anatolia", "last_name": "Quillfeather", "email": "quill@example.com"}


def one_patient(store):
    with store.read() as con:
        return con.execute(select(patients)).one()


def test_a_wrong_database_key_is_refused_with_a_clear_error(ledger):
    ledger.close()
    engine = open_engine(ledger.home / "ledger.db", os.urandom(32), "northside")
    with pytest.raises(SecretMissing, match=r"ledger\.db: the clinic's key does not open"):
        engine.connect()


def test_another_master_key_is_refused_and_changes_nothing(ledger, tmp_path):
    other = tmp_path / "other.key"
    create_master_key(other)
    with pytest.raises(SecretMissing, match="this master key does not open"):
        open_ledger(tmp_path / "var", "northside", master=other)
    open_ledger(tmp_path / "var", "northside").close()


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0o600, "no master key here"),
        ("ab" * 32, 0o640, "chmod 600"),
        ("ab" * 32, 0o604, "chmod 600"),
        ("ab" * 31, 0o600, "64 hex digits"),
        ("xy" * 32, 0o600, "64 hex digits"),
        ("", 0o600, "64 hex digits"),
    ],
)
def test_a_master_key_that_cannot_be_trusted_is_refused(tmp_path, content, mode, words):
    path = tmp_path / "master.key"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(SecretMissing, match=words) as caught:
        read_master_key(path)
    assert str(path) in str(caught.value)
    assert not content or content not in str(caught.value)


def test_a_new_master_key_is_its_owners_alone_and_never_overwrites(tmp_path):
    path = tmp_path / "deep/master.key"
    create_master_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = read_master_key(path)
    with pytest.raises(FileExistsError):
        create_master_key(path)
    assert read_master_key(path) == before


def test_no_byte_of_the_folder_shows_a_name_a_phone_or_a_mail(ledger):
    with ledger.write() as con:
        people.upsert_patients(ledger, con, [(person(mobile="+13035550177", **PLANTED), None)])
        bad = [("patient", "p1", "no_start", b"Anatolia Quillfeather, +13035550177")]
        records.add_quarantine(ledger, con, "b1", bad, NOW)
    ledger.engine.dispose()  # closes the last connection: what was in the log is in the file
    files = [path for path in ledger.home.rglob("*") if path.is_file()]
    assert {"ledger.db", "keys.db"} <= {path.name for path in files}
    found = b"".join(path.read_bytes() for path in files).lower()
    for word in ("anatolia", "quillfeather", "3035550177", "5550177", "quill@example"):
        assert word.encode() not in found
    assert b"sqlite format 3" not in (ledger.home / "ledger.db").read_bytes().lower()


def test_inside_the_database_too_identity_is_ciphertext_and_a_number_is_a_hash(store):
    with store.write() as con:
        people.upsert_patients(store, con, [(person(mobile="+13035550177", **PLANTED), None)])
    row = one_patient(store)
    shown = " ".join(str(value) for value in row) + row.identity.decode("latin-1")
    assert "Quillfeather" not in shown
    assert "5550177" not in shown
    assert row.phone_index == store.index("+13035550177")
    who = people.identity(store, row.patient_id, row.identity)
    assert (who["last_name"], who["mobile"]) == ("Quillfeather", "+13035550177")


def test_the_wrapped_keys_tell_nothing(ledger):
    with sqlite3.connect(ledger.home / "keys.db") as con:
        wrapped = dict(con.execute("select name, wrapped from keys"))
    con.close()
    assert wrapped
    assert all(ledger.keys.key(name) not in sealed for name, sealed in wrapped.items())


def test_two_people_with_the_same_words_are_sealed_differently(store):
    with store.write() as con:
        twins = [(person("ana"), None), (person("twin"), None)]
        people.upsert_patients(store, con, twins)
        one, two = con.execute(select(patients.c.identity)).scalars()
    assert one != two


def test_a_sealed_identity_does_not_open_under_another_patients_name(store):
    with store.write() as con:
        people.upsert_patients(store, con, [(person("ana"), None)])
    row = one_patient(store)
    with pytest.raises(InvalidTag):
        people.identity(store, "somebody-else", row.identity)


def test_a_forgotten_key_is_the_end_of_what_it_sealed(store, tmp_path):
    with store.write() as con:
        people.upsert_patients(store, con, [(person("ana"), None)])
    row = one_patient(store)
    store.keys.forget(f"patient:{row.patient_id}")
    with pytest.raises(InvalidTag):
        people.identity(store, row.patient_id, row.identity)


def test_writing_the_same_people_again_writes_nothing(store):
    everyone = [(person(f"p{n}", mobile=f"+130355501{n:02d}"), "America/Denver") for n in range(20)]
    with store.write() as con:
        assert people.upsert_patients(store, con, everyone) == 20
    before = one_row(store, "p7")
    with store.write() as con:
        assert people.upsert_patients(store, con, everyone) == 0
    assert one_row(store, "p7") == before, "not sealed anew either"


def one_row(store, source_id):
    with store.read() as con:
        return con.execute(select(patients).where(patients.c.source_id == source_id)).one()


@pytest.mark.parametrize(
    "change",
    [
        {"last_name": "Married"},
        {"mobile": "+13035550199"},
        {"email": "new@example.com"},
        {"language": "es"},
        {"contact_preference": "none"},
    ],
)
def test_what_changed_on_the_record_is_written_under_the_same_id(store, change):
    with store.write() as con:
        people.upsert_patients(store, con, [(person("ana"), None)])
    before = one_row(store, "ana")
    with store.write() as con:
        assert people.upsert_patients(store, con, [(person("ana", **change), None)]) == 1
    after = one_row(store, "ana")
    assert (after.patient_id, after.source_id) == (before.patient_id, "ana")
    assert after.identity_hash != before.identity_hash


def test_a_new_number_is_not_blamed_for_the_old_one(store):
    with store.write() as con:
        people.upsert_patients(store, con, [(person("ana"), None)])
        people.mark_phone(con, store.index("+13035550101"), "landline")
        people.upsert_patients(store, con, [(person("ana", first_name="Anna"), None)])
    assert one_row(store, "ana").phone_status == "landline"
    with store.write() as con:
        people.upsert_patients(store, con, [(person("ana", mobile="+13035550102"), None)])
    assert one_row(store, "ana").phone_status is None


def test_an_unknown_patient_of_a_visit_is_somebody_nobody_can_reach(store):
    with store.write() as con:
        people.add_placeholders(store, con, {"ghost"}, NOW)
        people.add_placeholders(store, con, {"ghost"}, NOW)
    assert one_row(store, "ghost").phone_index is None
    with store.write() as con:
        assert people.upsert_patients(store, con, [(person("ghost"), None)]) == 1
    assert one_row(store, "ghost").phone_index == store.index("+13035550101")


def test_a_stated_preference_is_recorded_once_and_its_change_again(store):
    with store.write() as con:
        people.upsert_patients(store, con, [(person("ana"), None)])
        own = con.execute(select(patients.c.patient_id)).scalar_one()
        wanted = {own: {Channel.SMS: True}}
        assert people.follow_preferences(store, con, wanted, NOW) == 2, "one for each purpose"
        assert people.follow_preferences(store, con, wanted, NOW) == 0
        assert people.follow_preferences(store, con, {own: {Channel.SMS: False}}, NOW) == 2


def test_migrating_again_changes_nothing(store):
    migrate(store.engine)
    migrate(store.engine)
    assert "messages" in inspect(store.engine).get_table_names()


def test_the_newest_migration_is_known_without_loading_what_migrates():
    config = Config()
    config.set_main_option("script_location", str(Path(people.__file__).parent / "migrations"))
    assert newest() == ScriptDirectory.from_config(config).get_current_head()
    check = "import sys, ledger.store; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_migrations_make_exactly_the_schema(store):
    with store.engine.connect() as con:
        context = MigrationContext.configure(con, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
    assert found == []


def test_a_full_ledger_opens_again_with_all_that_was_in_it(ledger, tmp_path):
    fill(ledger, 3)
    ledger.close()
    again = open_ledger(tmp_path / "var", "northside")
    with again.read() as con:
        assert con.execute(select(func.count()).select_from(patients)).scalar_one() == 3
    again.close()


def test_a_transaction_that_fails_leaves_nothing(store):
    def fail_halfway():
        with store.write() as con:
            people.upsert_patients(store, con, [(person("ana"), None)])
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail_halfway()
    with store.read() as con:
        assert con.execute(select(func.count()).select_from(patients)).scalar_one() == 0


def test_a_person_is_asked_once_for_the_same_thing(store):
    wish = {
        "kind": "call_patient",
        "reason": "no_address",
        "detail": "{}",
        "due_at": NOW,
        "now": NOW,
        "dedupe_key": "call|v1|1",
    }
    with store.write() as con:
        assert [records.add_staff_task(con, **wish), records.add_staff_task(con, **wish)] == [1, 0]
        assert con.execute(select(func.count()).select_from(staff_tasks)).scalar_one() == 1
