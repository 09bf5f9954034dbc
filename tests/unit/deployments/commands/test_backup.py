"""`backup`, `restore`, `erase`: copies are closed to others, and of the erased to everybody."""

import json
import re
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from ledger import people
from ledger.engine import open_engine
from ledger.schema import audit, patients
from ledger.store import open_ledger
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, warehouse
from tasks.room import Room
from tests.cast import NOW, person, snapshot, visit
from tests.unit.conftest import AGREED


@pytest.fixture
def here(write_file, enter):
    """Northside with Ana and Bo."""
    write_file()
    room = enter()
    bo = person("bo", first_name="Bo", last_name="Quillfeather", mobile="+13035550102")
    keep_snapshot(room, snapshot([person(), bo], [visit(), visit("bo")]), NOW)
    return room


def names(room):
    with room.ledger.read() as con:
        rows = list(con.execute(select(patients).where(patients.c.erased_at.is_(None))))
    return sorted(
        people.identity(room.ledger, row.patient_id, row.identity)["first_name"] for row in rows
    )


def ledger_files(room):
    """Copies of the ledger on this machine, whole or in parts."""
    found = room.ledger.home.rglob("northside-*")
    return sorted(path.name for path in found if path.parent.name != "key-backups")


def deeds(room):
    with room.ledger.read() as con:
        said = con.execute(
            select(audit.c.what)
            .where(audit.c.what.like("%backup%") | audit.c.what.like("%backed%"))
            .order_by(audit.c.sequence)
        )
        return said.scalars().all()


def in_copy(room, path, source_id):
    """The row of a patient as a copy of the ledger holds it."""
    copy = room.settings.home / "looked-at.db"
    shutil.copy(path, copy)  # to open it is to change it
    engine = open_engine(copy, room.ledger.keys.key("ledger"), "northside")
    with engine.connect() as con:
        row = con.execute(select(patients).where(patients.c.source_id == source_id)).one()
    engine.dispose()
    return row


def test_a_backup_brings_back_what_was_there_and_shows_nothing(here, ptclinic):
    said = ptclinic("backup", "northside", "--now", NOW.isoformat(), "--json")
    assert said.code == 0, said.err
    path = said.document["ledger"]
    content = Path(path).read_bytes()
    for word in (b"SQLite format", b"Quillfeather", b"5550102", b"ana@example"):
        assert word not in content
    manifest = json.loads(Path(f"{path}.json").read_text())
    assert sorted(manifest) == ["clinic", "mac", "sha256", "size", "taken_at"]
    with here.ledger.write() as con:
        people.upsert_patients(here.ledger, con, [(person(first_name="Anna"), None)])
    assert names(here) == ["Anna", "Bo"]
    back = ptclinic("restore", "northside", path, "--now", NOW.isoformat(), "--json")
    assert back.code == 0, back.err
    assert names(here) == ["Ana", "Bo"], "also in a process that had the ledger open"
    assert ptclinic("restore", "northside", path, "--now", NOW.isoformat()).code == 0, "again"


def test_what_was_booked_after_the_backup_counts_once_once_it_is_read_again(here, ptclinic):
    later = snapshot([person()], [visit(), visit(source_id="second")])
    said = ptclinic("backup", "northside", "--now", NOW.isoformat(), "--json")
    keep_snapshot(here, later, NOW)
    load_warehouse(here, NOW)
    back = ptclinic("restore", "northside", said.document["ledger"], "--now", NOW.isoformat())
    assert back.code == 0, back.err
    keep_snapshot(here, later, NOW)
    load_warehouse(here, NOW)
    with warehouse(here) as con:
        assert con.execute("SELECT count(*) FROM core_practice__visits").fetchall() == [(3,)]


@pytest.mark.slow
def test_a_backup_in_s3_comes_back(here, bucket, ptclinic):
    s3 = bucket()
    said = ptclinic("backup", "northside", "--now", NOW.isoformat(), "--json")
    assert said.code == 0, said.err
    assert said.document["ledger"].startswith("s3://northside-backups/daily/northside-2026")
    held = s3.list_objects_v2(Bucket="northside-backups")["Contents"]
    assert len(held) == 2
    assert ledger_files(here) == [], "nothing is left on this machine"
    with here.ledger.write() as con:
        people.upsert_patients(here.ledger, con, [(person(first_name="Anna"), None)])
    back = ptclinic("restore", "northside", said.document["ledger"], "--json")
    assert back.code == 0, back.err
    assert names(here) == ["Ana", "Bo"]
    assert not (here.ledger.home / "brought").exists()


def test_no_bucket_without_an_agreement(here, bucket, ptclinic):
    bucket(agreements=AGREED[:3])
    said = ptclinic("backup", "northside")
    assert said.code == 3
    assert "agreement with aws" in said.err


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("a byte", "is not what was backed up"),
        ("the manifest", "not written by this clinic's keys"),
        ("no manifest", "manifest is missing"),
        ("another clinic's", "not written by this clinic's keys"),
        ("gone", "no backup here"),
    ],
)
def test_a_backup_that_is_not_whole_or_not_ours_changes_nothing(here, ptclinic, harm, words):
    from ledger.backup import manifest_path, take_backup

    path = take_backup(here.ledger, here.ledger.home / "backups", NOW)
    said = json.loads(manifest_path(path).read_text())
    if harm == "a byte":
        content = bytearray(path.read_bytes())
        content[5000] ^= 1
        path.write_bytes(content)
    elif harm == "the manifest":
        manifest_path(path).write_text(json.dumps(said | {"taken_at": "2030-01-01T00:00:00+00:00"}))
    elif harm == "another clinic's":
        manifest_path(path).write_text(json.dumps(said | {"clinic": "riverbend"}))
    elif harm == "no manifest":
        manifest_path(path).unlink()
    else:
        path.unlink()
    done = ptclinic("restore", "northside", path)
    assert done.code == 1
    assert words in done.err
    assert names(here) == ["Ana", "Bo"]


def test_a_ledger_that_cannot_be_read_is_replaced_and_kept(here, ptclinic):
    from ledger.backup import take_backup

    path = take_backup(here.ledger, here.ledger.home / "backups", NOW)
    here.ledger.close()
    (here.ledger.home / "ledger.db").write_bytes(b"\0" * 8192)
    done = ptclinic("restore", "northside", path)
    assert done.code == 0, done.err
    assert names(here) == ["Ana", "Bo"]
    assert (here.ledger.home / "damaged/ledger.db").read_bytes() == b"\0" * 8192


def test_while_a_dispatcher_is_at_work_nothing_is_restored(here, ptclinic):
    from ledger.backup import take_backup
    from tasks.dispatch import dispatchers
    from tasks.turn import presence

    path = take_backup(here.ledger, here.ledger.home / "backups", NOW)
    with presence(dispatchers(here)):
        done = ptclinic("restore", "northside", path)
    assert done.code == 1
    assert "stop the worker" in done.err


def test_an_erased_patient_cannot_be_read_from_yesterdays_backups_and_stays_erased(here, ptclinic):
    said = ptclinic("backup", "northside", "--now", NOW.isoformat(), "--json").document
    refused = ptclinic("erase", "northside", "bo", "--why", "asked", "--now", NOW.isoformat())
    assert refused.code == 3
    assert "must be kept until 2054-01-06" in refused.err
    done = ptclinic(
        "erase", "northside", "bo", "--why", "asked", "--legal-basis", "court", "--json"
    )
    assert done.code == 0, done.err
    before = in_copy(here, said["ledger"], "bo")
    assert before.erased_at is None
    fresh = open_ledger(here.settings.home, "northside")
    with pytest.raises(InvalidTag):
        people.identity(fresh, before.patient_id, before.identity)
    fresh.close()
    con = sqlite3.connect(said["keys"])
    kept = {name for (name,) in con.execute("select name from keys")}
    con.close()
    assert f"patient:{before.patient_id}" not in kept, "from the copy of the keys it is gone too"
    back = ptclinic("restore", "northside", said["ledger"], "--json")
    assert back.code == 0, back.err
    assert back.document["erased"] == 1
    assert names(here) == ["Ana"]
    with here.ledger.read() as con:
        assert (
            con.execute(select(patients).where(patients.c.source_id == "bo")).one().identity == b""
        )


def test_copies_of_the_keys_last_a_week_at_most(here, ptclinic):
    for days in (0, 3, 7, 8):
        moment = (NOW + timedelta(days=days)).isoformat()
        assert ptclinic("backup", "northside", "--now", moment).code == 0
    folder = here.ledger.home / "key-backups"
    assert len(list(folder.glob("*.keys"))) == 3
    assert len(list((here.ledger.home / "backups").glob("*.ledger"))) == 4


@pytest.mark.slow
def test_a_bucket_that_takes_nothing_leaves_no_ledger_here_and_no_old_key(here, bucket, ptclinic):
    """Else with backups that fail a copy of the keys would last as long as they fail."""
    bucket(to="s3://no-such-bucket/daily")
    for days in (0, 8):
        moment = (NOW + timedelta(days=days)).isoformat()
        said = ptclinic("backup", "northside", "--now", moment)
        assert said.code == 1
        assert "no such bucket" in said.err
    (newest,) = (here.ledger.home / "key-backups").glob("*.keys")
    assert newest.name == "northside-20260113T160000Z.keys"
    assert ledger_files(here) == []
    assert deeds(here) == ["ledger backup begun"] * 2, "none is said to be there that is not"


@pytest.mark.slow
def test_no_ledger_lies_in_a_bucket_without_its_manifest(here, bucket, ptclinic, caplog):
    caplog.set_level("INFO", logger="werkzeug")
    bucket()
    caplog.clear()
    assert ptclinic("backup", "northside", "--now", NOW.isoformat()).code == 0
    arrived = re.findall(r"PUT \S+/(northside-\S+) HTTP", caplog.text)
    copy = "northside-20260105T160000Z.ledger"
    assert arrived == [f"{copy}.json", copy], "the bucket's own log"
    assert deeds(here) == ["ledger backup begun", "ledger backed up"]


def test_ledger_and_keys_are_not_copied_to_one_place(here, ptclinic, tmp_path):
    for keys_to in (tmp_path / "one", tmp_path / "one/keys", tmp_path):
        said = ptclinic("backup", "northside", "--to", tmp_path / "one", "--keys-to", keys_to)
        assert said.code == 1
        assert "would lie in one place" in said.err
    assert not (tmp_path / "one").exists()


def test_the_clinic_file_says_where_the_keys_go(here, write_file, ptclinic, tmp_path):
    ledgers, keys = str(tmp_path / "ledgers"), str(tmp_path / "keys")
    write_file(backups={"to": ledgers, "keys_to": ledgers})
    assert "would lie in one place" in ptclinic("backup", "northside").err
    write_file(backups={"to": ledgers, "keys_to": keys})
    said = ptclinic("backup", "northside", "--json").document
    assert Path(said["keys"]).parent == Path(keys)


def test_a_copy_of_the_keys_opens_the_ledger_with_the_master_key(here, ptclinic):
    said = ptclinic("backup", "northside", "--now", NOW.isoformat(), "--json").document
    here.ledger.close()
    (here.ledger.home / "keys.db").unlink()
    shutil.copy(said["keys"], here.ledger.home / "keys.db")
    shown = ptclinic("consent", "show", "northside", "ana", "--json")
    assert shown.code == 0, shown.err


def test_who_came_after_the_copy_of_the_keys_is_read_anew(here, ptclinic):
    said = ptclinic("backup", "northside", "--now", NOW.isoformat(), "--json").document
    dan = person("dan", first_name="Dan", mobile="+13035550103")
    keep_snapshot(here, snapshot([dan], []), NOW + timedelta(hours=1))
    here.ledger.close()
    shutil.copy(said["keys"], here.ledger.home / "keys.db")
    mended = ptclinic("keys", "mend", "northside", "--json")
    assert mended.code == 0, mended.err
    assert mended.document["unreadable"] == 1
    again = open_ledger(here.settings.home, "northside")
    room = Room(clinic=here.clinic, settings=here.settings, ledger=again)
    keep_snapshot(room, snapshot([dan], []), NOW + timedelta(hours=2))
    assert names(room) == ["Ana", "Bo", "Dan"]
    again.close()
    assert ptclinic("keys", "mend", "northside", "--json").document["unreadable"] == 0


def test_a_ledger_on_postgres_is_refused_with_the_way_out(here, ptclinic, monkeypatch):
    monkeypatch.setenv("PTCLINIC_LEDGER_URL", "postgresql+psycopg://localhost:9/x")
    done = ptclinic("restore", "northside", "any.ledger")
    assert done.code == 1
    assert "PostgreSQL's own tools" in done.err


@pytest.mark.parametrize("part", ["create", "rotate"])
def test_keys_are_rotated_by_command_and_never_made_over_others(here, ptclinic, part):
    before = (here.ledger.home / "master.key").read_text()
    done = ptclinic("keys", part, "northside", "--json")
    assert done.code == (0 if part == "rotate" else 1)
    assert ((here.ledger.home / "master.key").read_text() == before) is (part == "create")
    assert names(here) == ["Ana", "Bo"]
