"""Put a backup in the ledger's place: erasures hold, opt-outs hold, nothing is sent twice.

Between the backup and its restore messages left of which the backup knows nothing. So each that
was due by then counts as one that may have left: the carrier's list is asked first.
"""

import shutil
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select

from data_contracts.deed import Act, Actor, Deed
from data_contracts.message import Channel, MessageStatus, Reason
from ledger.audit import Head, head, record
from ledger.backup import BackupRefused
from ledger.claim_files import doubt_all
from ledger.engine import open_engine
from ledger.erasure import erase_rows
from ledger.erasure_register import registered
from ledger.gap import Gap, set_gap
from ledger.keys import KeyStore
from ledger.message_row import put
from ledger.migrate import migrate
from ledger.schema import consents, messages, opt_outs, patients
from ledger.store import BY_ITSELF, Ledger, insert_new


class Restored(NamedTuple):
    """What a restore did, in counts; `kept`: the audit's newest row in the backup."""

    held: int
    erased: int
    opt_outs: int
    kept: Head


def restore(
    folder: Path, clinic: str, keys: KeyStore, backup: Path, gap: Gap, actor: Actor = BY_ITSELF
) -> Restored:
    """Prepare the backup beside the ledger, then replace the ledger's content at once.

    Nobody may be dispatching. The ledger that was is kept as `replaced.db`, encrypted as before.
    """
    part = folder / "restoring.db"
    _remove(part)
    shutil.copyfile(backup, part)
    part.chmod(0o600)
    live = folder / "ledger.db"
    old = _opened(live, keys, clinic)
    # The copy is looked at, not the backup: whoever opens a file in WAL mode changes it.
    engine = _opened(part, keys, clinic)
    if engine is None:
        raise BackupRefused(f"{backup}: its pages are damaged; take another backup")
    migrate(engine)
    done = _prepare(Ledger(clinic, engine, keys, folder, actor), old, gap)
    if old is None:
        engine.dispose()
        _set_aside(live, folder / "damaged")
        part.rename(live)
    else:
        _replace(old, engine, folder / "replaced.db")
        engine.dispose()
        old.dispose()
        _remove(part)
    return done


def _prepare(ledger: Ledger, old: Engine | None, gap: Gap) -> Restored:
    with ledger.write() as con:
        kept = head(con)
        carried = 0 if old is None else _carry_refusals(old, con)
        erased = [erase_rows(ledger, con, one) for one in registered(ledger)]
        set_gap(con, gap)
        held = _hold(con, gap)
        doubt_all(con, gap.until)
        why = f"from a copy of {gap.since:%Y-%m-%d %H:%M}Z; {held} messages to look up"
        record(ledger, con, [Act(Deed.RESTORED, ledger.clinic, why)])
    return Restored(held, sum(one is not None for one in erased), carried, kept)


def _hold(con: Connection, gap: Gap) -> int:
    """What was due by the end of the gap may have left in it."""
    waiting = [status.value for status in MessageStatus if status.may_be_claimed]
    waiting += [MessageStatus.CLAIMED.value, MessageStatus.SENDING.value]
    query = select(messages.c.message_id).where(
        messages.c.status.in_(waiting),
        messages.c.channel != Channel.STAFF.value,
        messages.c.due_at <= gap.until,
        messages.c.useful_until > gap.until,
    )
    ids = list(con.execute(query).scalars())
    for message_id in ids:
        values: dict[str, Any] = {"sending_at": gap.wall, "sent_on": gap.since}
        status = MessageStatus.UNCONFIRMED
        put(con, message_id, status, Reason.RESTORED, gap.until, fenced=True, **values)
    return len(ids)


def _carry_refusals(old: Engine, con: Connection) -> int:
    """A STOP that came after the backup is not forgotten with it, nor a consent taken back."""
    known = select(patients.c.patient_id)
    with old.connect() as before:
        blocked = [row._asdict() for row in before.execute(select(opt_outs))]
        refused = select(consents).where(consents.c.is_granted.is_(False))
        taken_back = [row._asdict() for row in before.execute(refused)]
    own = set(con.execute(known).scalars())
    taken_back = [row for row in taken_back if row["patient_id"] in own]
    if taken_back:
        insert_new(con, consents, taken_back)
    return insert_new(con, opt_outs, blocked) if blocked else 0


def _opened(path: Path, keys: KeyStore, clinic: str) -> Engine | None:
    """A ledger that is there and sound in every page; else None."""
    if not path.is_file():
        return None
    engine = open_engine(path, keys.key("ledger"), clinic)
    try:
        con: Any = engine.raw_connection()
        broken = con.cursor().execute("PRAGMA cipher_integrity_check").fetchall()
        said = con.cursor().execute("PRAGMA quick_check(1)").fetchall()
        sound = not broken and said == [("ok",)]
        con.close()
    except Exception:  # whatever is wrong with it, it is set aside
        sound = False
    if sound:
        return engine
    engine.dispose()
    return None


def _replace(old: Engine, new: Engine, aside: Path) -> None:
    """Page by page in one transaction: a process that has the ledger open sees one or the other."""
    _remove(aside)
    target: Any = old.raw_connection()
    source: Any = new.raw_connection()
    try:
        target.cursor().execute("VACUUM INTO ?", [str(aside)])
        aside.chmod(0o600)
        source.driver_connection.backup(target.driver_connection)
    finally:
        source.close()
        target.close()


def _set_aside(live: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path = live.with_name(live.name + suffix)
        if path.exists():
            path.rename(folder / path.name)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
