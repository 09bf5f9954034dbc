"""Every store is closed without its own key and where it is cut off, and says what to do."""

import shutil
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
import yaml
from sqlalchemy import select, update

from connectors.practice.base import RejectedRow
from data_contracts.errors import SecretMissing, UserError
from data_contracts.inbound import InboundEvent, InboundKind
from ledger.backup import take_backup, verified
from ledger.keys import KeyStore, create_master_key, read_master_key
from ledger.master_key import FileMaster
from ledger.people import identity
from ledger.records import words_key, words_of
from ledger.schema import inbox, patients, quarantine
from tasks.backups import copy_keys, key_folder
from tasks.book import keep_snapshot
from tasks.failure import failures, keep_failure, read_failure
from tasks.keeping import keep_inbound
from tasks.loading import load_warehouse, publish_warehouse, warehouse
from tasks.room import Room, room
from tests.cast import NOW, clinic_file, person, snapshot, visit
from tests.leaks.planted import ADDRESS, FIRST, LAST, MAIL, MEMBER, PHONES, PLANTED, WORDS
from tests.spec.table import each_row

HARMS = """
    store           | harm               | names            | cure
    keys            | another master key | keys.db          | give the right one
    keys            | no master key      | master.key       | restore it
    keys            | is gone            | keys.db          | the newest copy of the keys
    keys            | is emptied         | keys.db          | the newest copy of the keys
    keys            | is cut off         | keys.db          | the newest copy of the keys
    copy of keys    | another master key | .keys            | give the right one
    copy of keys    | no master key      | master.key       | restore it
    copy of keys    | is cut off         | .keys            | the newest copy of the keys
    ledger          | another clinic's   | ledger.db        | docs/runbooks/lost-key.md
    ledger          | no master key      | master.key       | restore it
    ledger          | no keys            | keys.db          | the newest copy of the keys
    ledger          | is gone            | ledger.db        | bring the last backup back
    ledger          | is emptied         | ledger.db        | bring the last backup back
    ledger          | is cut off         | ledger.db        | bring the last backup back
    backup          | another clinic's   | .ledger.json     | take another backup
    backup          | no master key      | master.key       | restore it
    backup          | no keys            | keys.db          | the newest copy of the keys
    backup          | is gone            | .ledger          | give the path
    backup          | is emptied         | .ledger          | take another backup
    backup          | is cut off         | .ledger          | take another backup
    warehouse       | another clinic's   | warehouse.duckdb | give the key that
    warehouse       | no master key      | master.key       | restore it
    warehouse       | no keys            | keys.db          | the newest copy of the keys
    warehouse       | is emptied         | warehouse.duckdb | loads it anew from the ledger
    warehouse       | is cut off         | warehouse.duckdb | loads it anew from the ledger
    warehouse       | breaks off         | warehouse.duckdb | loads it anew from the ledger
    published       | another clinic's   | published.duckdb | give the key that
    published       | no master key      | master.key       | restore it
    published       | no keys            | keys.db          | the newest copy of the keys
    published       | is gone            | published.duckdb | run the load once
    published       | is emptied         | published.duckdb | publishes it anew
    published       | is cut off         | published.duckdb | publishes it anew
    published       | breaks off         | published.duckdb | publishes it anew
    sealed error    | another clinic's   | northside.sealed | the run in Prefect still names
    sealed error    | no master key      | master.key       | restore it
    sealed error    | no keys            | keys.db          | the newest copy of the keys
    sealed error    | is emptied         | northside.sealed | the run in Prefect still names
    sealed error    | is cut off         | northside.sealed | the run in Prefect still names
    identity        | another patient's  | keys.db          | the newest copy of the keys
    identity        | its key is gone    | keys.db          | the newest copy of the keys
    identity        | is emptied         | keys.db          | the newest copy of the keys
    identity        | is cut off         | keys.db          | the newest copy of the keys
    quarantined row | another patient's  | keys.db          | the newest copy of the keys
    quarantined row | is emptied         | keys.db          | the newest copy of the keys
    quarantined row | is cut off         | keys.db          | the newest copy of the keys
    reply           | another patient's  | keys.db          | the newest copy of the keys
    reply           | its key is gone    | keys.db          | the newest copy of the keys
    reply           | is emptied         | keys.db          | the newest copy of the keys
    reply           | is cut off         | keys.db          | the newest copy of the keys
"""
MODES = """
    mode | opens
    0600 | yes
    0400 | yes
    0640 | no
    0620 | no
    0610 | no
    0604 | no
    0602 | no
    0601 | no
    0644 | no
    0700 | no
    0777 | no
"""


class Made(NamedTuple):
    """A state with two clinics, each with a patient, a reply, a bad row, an error and copies."""

    home: Path
    clinics: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    place = tmp_path_factory.mktemp("closed")
    found = Made(place / "var", place / "clinics")
    found.clinics.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PTCLINIC_HOME", str(found.home))
        patch.setenv("PTCLINIC_CLINICS", str(found.clinics))
        for slug in ("northside", "riverbend"):
            (found.clinics / f"{slug}.yaml").write_text(yaml.safe_dump(clinic_file(slug=slug)))
            create_master_key(found.home / slug / "master.key")
            with room(slug) as here:
                _fill(here)
    return found


def _fill(here: Room) -> None:
    who = {"first_name": FIRST, "last_name": LAST, "email": MAIL}
    people = [person(name, mobile=f"+1{PHONES[0]}", **who) for name in ("ana", "bo")]
    keep_snapshot(here, snapshot(people, [visit("ana"), visit("bo")]), NOW)
    bad = f"{MEMBER} {ADDRESS}".encode()
    rejected = [RejectedRow("visits", name, "no_start", bad) for name in ("v7", "v8")]
    keep_snapshot(here, snapshot([], [], rejected), NOW)
    for key in ("SM1", "SM2"):
        event = {"clinic": here.clinic.slug, "dedupe_key": key, "kind": InboundKind.TEXT}
        more = {"from_number": f"+1{PHONES[0]}", "body": WORDS, "received_at": NOW}
        keep_inbound(here, InboundEvent(**event, **more))
    load_warehouse(here, NOW)
    publish_warehouse(here)
    keep_failure("0a1b2c3d", here.clinic.slug, "ValueError", " ".join(PLANTED))
    take_backup(here.ledger, here.ledger.home / "backups", NOW)
    copy_keys(here, key_folder(here.clinic, here.settings), NOW)


@pytest.fixture
def state(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the made state, to be harmed; its home."""
    shutil.copytree(made.home, tmp_path / "var")
    monkeypatch.setenv("PTCLINIC_CLINICS", str(made.clinics))
    return tmp_path / "var"


def _file(home: Path, store: str, slug: str = "northside") -> Path:
    found = {
        "keys": slug + "/keys.db",
        "copy of keys": slug + "/key-backups/*.keys",
        "ledger": slug + "/ledger.db",
        "backup": slug + "/backups/*.ledger",
        "warehouse": slug + "/warehouse.duckdb",
        "published": slug + "/published.duckdb",
        "sealed error": f"errors/*.{slug}.sealed",
    }
    return next(iter(home.glob(found[store])))


def _harm_file(home: Path, store: str, harm: str) -> None:
    path, master = _file(home, store), home / "northside/master.key"
    if harm == "no master key":
        master.unlink()
    elif harm == "another master key":
        shutil.copy(home / "riverbend/master.key", master)
    elif harm == "no keys":
        (home / "northside/keys.db").unlink()
    elif harm == "another clinic's":
        other = _file(home, store, "riverbend")
        shutil.copy(other, path)
        if store == "backup":
            shutil.copy(f"{other}.json", f"{path}.json")
    elif harm == "is gone":
        path.unlink()
    else:
        content = path.read_bytes()
        # A file of DuckDB that breaks off behind its index opens, and fails under its reader.
        kept = {"is emptied": 0.0, "is cut off": 0.1, "breaks off": 0.22}[harm]
        path.write_bytes(content[: int(len(content) * kept)])


ROWS: dict[str, tuple[Any, Any, Any]] = {
    "identity": (patients, patients.c.patient_id, patients.c.identity),
    "quarantined row": (quarantine, quarantine.c.row_key, quarantine.c.payload),
    "reply": (inbox, inbox.c.dedupe_key, inbox.c.body),
}


def _harm_row(here: Room, store: str, harm: str) -> Any:
    """Harm the first row of a table; returns it as it is then."""
    table, key, sealed = ROWS[store]
    with here.ledger.write() as con:
        one, other = con.execute(select(table).order_by(key)).all()
        own, theirs = one._mapping[sealed], other._mapping[sealed]
        became = {"another patient's": theirs, "is emptied": b"", "is cut off": own[:20]}
        where = key == one._mapping[key]
        con.execute(update(table).where(where).values({sealed: became.get(harm, own)}))
        harmed = con.execute(select(table).where(where)).one()
    if harm == "its key is gone":
        names = {
            "identity": f"patient:{one[0]}",
            "reply": words_key(one) if store == "reply" else None,
        }
        here.ledger.keys.forget(names[store])
    return harmed


def _read_row(here: Room, store: str, row: Any) -> object:
    if store == "identity":
        return identity(here.ledger, row.patient_id, row.identity)
    if store == "reply":
        return words_of(here.ledger, row)
    return here.ledger.unseal_quarantined(row.batch_id, row.row_key, row.payload)


def _open(home: Path, store: str, path: Path) -> object:
    if store == "copy of keys":
        return KeyStore(path, FileMaster(home / "northside/master.key")).knows_patients()
    with room("northside") as here:
        if store == "backup":
            return verified(here.ledger.keys, path, "northside")
        if store == "sealed error":
            return [read_failure(here, one.ref) for one in failures(here)]
        if store in ("warehouse", "published"):
            with warehouse(here, read_only=store == "published") as con:
                return con.execute("SELECT * FROM core_practice__visits").fetchall()
        with here.ledger.read() as con:
            return con.execute(select(patients)).all()


def _refused(open_it: Callable[[], object]) -> str:
    """What a person reads; nothing of a patient is in it, nor in what it was made of."""
    with pytest.raises(UserError) as refused:
        open_it()
    shown = "".join(traceback.format_exception(refused.value)) + repr(refused.value.args)
    assert [one for one in PLANTED if one in shown] == []
    return str(refused.value)


@each_row(HARMS)
def test_a_store_that_is_not_ours_or_not_whole_is_refused_by_name_with_the_cure(
    state: Path, store: str, harm: str, names: str, cure: str
) -> None:
    if store in ROWS:
        with room("northside") as here:
            row = _harm_row(here, store, harm)
            said = _refused(lambda: _read_row(here, store, row))
    else:
        path = _file(state, store)
        assert _open(state, store, path), "whole, it opens"
        _harm_file(state, store, harm)
        said = _refused(lambda: _open(state, store, path))
    assert f"{names}: " in said
    assert str(state) in said
    assert cure in said


@pytest.mark.parametrize("store", ["ledger", "backup", "warehouse", "published"])
def test_without_a_key_no_program_reads_a_store(state: Path, store: str) -> None:
    path = _file(state, store)
    is_duck = path.suffix == ".duckdb"
    con: Any = duckdb.connect() if is_duck else sqlite3.connect(path)
    query = f"ATTACH '{path}' AS closed (READ_ONLY)" if is_duck else "select * from sqlite_master"
    with pytest.raises((sqlite3.DatabaseError, duckdb.Error)) as refused:
        con.execute(query)
    con.close()
    assert [one for one in PLANTED if one in str(refused.value)] == []


def test_what_is_left_of_a_ledger_or_its_keys_is_not_begun_anew(state: Path) -> None:
    """Else an empty ledger would send what was sent before, and empty keys would hide the loss."""
    for name in ("ledger.db", "keys.db"):
        content = (state / "northside" / name).read_bytes()
        (state / "northside" / name).unlink()
        with pytest.raises(UserError), room("northside"):
            pass
        assert not (state / "northside" / name).exists()
        (state / "northside" / name).write_bytes(content)
    with room("northside") as here, here.ledger.read() as con:
        assert len(con.execute(select(patients)).all()) == 2


def test_a_warehouse_that_was_moved_away_comes_back_whole_from_the_ledger(state: Path) -> None:
    with room("northside") as here:
        with warehouse(here) as con:
            before = con.execute("SELECT * FROM core_practice__visits ORDER BY 1").fetchall()
        here.ledger.warehouse_path.unlink()
        load_warehouse(here, NOW)
        with warehouse(here) as con:
            assert (
                con.execute("SELECT * FROM core_practice__visits ORDER BY 1").fetchall() == before
            )
    assert before


@each_row(MODES)
def test_a_master_key_that_others_may_use_is_refused(tmp_path: Path, mode: str, opens: str) -> None:
    path = tmp_path / "master.key"
    create_master_key(path)
    path.chmod(int(mode, 8))
    if opens == "yes":
        assert len(read_master_key(path)) == 32
        return
    with pytest.raises(SecretMissing, match=f"mode {mode}.*run `chmod 600 {path}`"):
        read_master_key(path)
