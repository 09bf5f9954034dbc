"""The clinic's keys: one master key wraps every other, and losing a patient's is their erasure.

Wrapped keys live in a small file of their own, which never enters a backup of the ledger.
"""

import hmac
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data_contracts.errors import SecretMissing, StoreUnusable
from ledger.master_key import MasterSource, create_master_key, read_master_key

__all__ = [
    "FreshKey",
    "KeyStore",
    "create_master_key",
    "keyed_hash",
    "read_master_key",
    "seal",
    "unseal",
]

KNOWN_PATIENT = "patient:"
"""How the name of a patient's key begins."""

_FRESH = "words:"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DAMAGED = ("malformed", "not a database", "no such table", "I/O error")
_TABLES = (
    "create table if not exists keys (name text primary key, wrapped blob not null)",
    "create table if not exists master (one integer primary key check (one = 1), print text)",
)


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """Encrypt with AES-256-GCM, bound to what it is about; a copy moved elsewhere will not open."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """Decrypt what `seal` made; raises `InvalidTag` for a wrong key, or a byte changed or gone."""
    if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())


class SealBroken(SecretMissing, InvalidTag):
    """What is sealed does not open: its key is gone, or another's, or bytes of it are."""


class FreshKey(NamedTuple):
    """A key that stands in the store, and has sealed nothing yet."""

    name: str
    key: bytes


class KeyStore:
    """Data keys by name, each wrapped by the master key that the store has announced."""

    def __init__(self, path: Path, source: MasterSource) -> None:
        self._source = source
        self._masters = source.masters()
        self._path = path
        self._known: dict[str, bytes] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as con:
            for statement in _TABLES:
                con.execute(statement)
        self.key("canary")

    @property
    def path(self) -> Path:
        """The file of wrapped keys."""
        return self._path

    @contextmanager
    def _open(self, *, to_write: bool = False) -> Iterator[sqlite3.Connection]:
        con = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            # A key that is deleted must not stay behind in a page that is merely free.
            con.execute("pragma secure_delete = on")
            con.execute("begin immediate" if to_write else "begin")
            yield con
            con.execute("commit")
        except sqlite3.DatabaseError as error:
            if not any(words in str(error) for words in _DAMAGED):
                raise
            raise StoreUnusable(
                f"{self._path}: is damaged; bring the newest copy of the keys back"
                " (docs/runbooks/lost-key.md)"
            ) from None
        finally:
            con.close()

    def key(self, name: str) -> bytes:
        """The 32 bytes of a name; made on first use."""
        return self._known.get(name) or self.keys([name])[name]

    def keys(self, names: Iterable[str]) -> dict[str, bytes]:
        """Many keys at once, in one transaction; made where missing."""
        wanted = list(dict.fromkeys(names))
        missing = [name for name in wanted if name not in self._known]
        if missing:
            self._load(missing)
        return {name: self._known[name] for name in wanted}

    def find(self, name: str) -> bytes | None:
        """The key of a name; None where it was forgotten or never made."""
        if name not in self._known:
            with self._open() as con:
                self._known |= self._read(con, [name])
        return self._known.get(name)

    def fresh(self, count: int) -> list[FreshKey]:
        """New keys under random names, in one transaction; each is for one text alone."""
        if not count:
            return []
        with self._open(to_write=True) as con:
            master = self._announced(con)
            made = [
                FreshKey(f"{_FRESH}{secrets.token_hex(16)}", secrets.token_bytes(32))
                for _ in range(count)
            ]
            rows = [(one.name, seal(master, one.key, one.name)) for one in made]
            con.executemany("insert into keys values (?, ?)", rows)
        return made

    def holds(self, names: Iterable[str]) -> bool:
        """Whether each of these still stands in the store, whatever is remembered here."""
        wanted = set(names)
        with self._open() as con:
            return len(self._found(con, list(wanted))) == len(wanted)

    def knows_patients(self) -> bool:
        """Whether anybody's identity was ever sealed under these keys, and not erased."""
        with self._open() as con:
            query = "select 1 from keys where name >= ? and name < ? limit 1"
            return con.execute(query, [KNOWN_PATIENT, KNOWN_PATIENT + "~"]).fetchone() is not None

    def opened(self, name: str, sealed: bytes, about: str) -> bytes:
        """What was sealed under a name's key. Raises SealBroken, also where it was forgotten."""
        key = self.find(name)
        try:
            if key is not None:
                return unseal(key, sealed, about)
        except InvalidTag:
            pass
        raise SealBroken(
            f"{self._path}: holds no key that opens what was sealed here, or it was changed; bring"
            " the newest copy of the keys back (docs/runbooks/lost-key.md)"
        )

    def _load(self, names: list[str]) -> None:
        with self._open() as con:
            self._known |= self._read(con, names)
        new = [name for name in names if name not in self._known]
        if not new:
            return
        with self._open(to_write=True) as con:
            master = self._announced(con)
            con.executemany(
                "insert or ignore into keys values (?, ?)",
                [(name, seal(master, secrets.token_bytes(32), name)) for name in new],
            )
            made = self._read(con, new)
        self._known |= made

    def _announced(self, con: sqlite3.Connection) -> bytes:
        """The master under which new keys are sealed: never one that a rotation is retiring."""
        row = con.execute("select print from master").fetchone()
        if row is None:
            con.execute("insert into master values (1, ?)", [fingerprint(self._masters[0])])
            return self._masters[0]
        for _ in range(2):
            for master in self._masters:
                if fingerprint(master) == row[0]:
                    return master
            self._masters = self._source.masters()
        raise self._refused()

    def _read(self, con: sqlite3.Connection, names: list[str]) -> dict[str, bytes]:
        return {name: self._unwrap(name, wrapped) for name, wrapped in self._found(con, names)}

    def _found(self, con: sqlite3.Connection, names: list[str]) -> list[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            marks = ",".join("?" * len(part))
            query = f"select name, wrapped from keys where name in ({marks})"
            found += con.execute(query, part)
        return found

    def _unwrap(self, name: str, wrapped: bytes) -> bytes:
        for _ in range(2):
            for master in self._masters:
                try:
                    return unseal(master, wrapped, name)
                except InvalidTag:
                    continue
            # Sealed anew since this process started: a rotation is under way, or is over.
            self._masters = self._source.masters()
        raise self._refused()

    def _refused(self) -> SecretMissing:
        return SecretMissing(
            f"{self._path}: this master key does not open the clinic's keys; give the right one"
        )

    def forget(self, *names: str) -> None:
        """Delete keys for good: what they sealed can never be read again."""
        for name in names:
            self._known.pop(name, None)
        with self._open(to_write=True) as con:
            con.executemany("delete from keys where name = ?", [(name,) for name in names])

    def announce(self, on_step: Callable[[str], None]) -> None:
        """From here on every process seals under the newest master, or looks for it."""
        self._masters = self._source.masters()
        with self._open(to_write=True) as con:
            statement = "insert into master values (1, ?) on conflict do update set print = ?"
            con.execute(statement, [fingerprint(self._masters[0])] * 2)
            on_step("announcing")

    def wrap_again(self, after: str, limit: int, on_step: Callable[[str], None]) -> str | None:
        """Seal the next keys by name under the newest master; the last name, None at the end."""
        newest = self._masters[0]
        with self._open(to_write=True) as con:
            query = "select name, wrapped from keys where name > ? order by name limit ?"
            found = con.execute(query, [after, limit]).fetchall()
            rows = [
                (seal(newest, self._unwrap(name, wrapped), name), name) for name, wrapped in found
            ]
            con.executemany("update keys set wrapped = ? where name = ?", rows)
            on_step("wrapping")
        return found[-1][0] if len(found) == limit else None

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the wrapped keys."""
        target = sqlite3.connect(path)
        source = sqlite3.connect(self._path, timeout=30)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()


def rotate_master(
    keys: KeyStore, source: MasterSource, on_step: Callable[[str], None] = lambda _: None
) -> str | None:
    """Put a new master key in the place of the old; begun anew it goes on where it was stopped.

    Everything stays readable throughout. `on_step` hears of each step once it is done, and of
    `announcing` and `wrapping` just before they are.
    """
    if len(source.masters()) < 2:
        source.stage()
        on_step("staged")
    keys.announce(on_step)
    on_step("announced")
    after: str | None = ""
    while after is not None:
        after = keys.wrap_again(after, 200, on_step)
        on_step("wrapped")
    words = source.retire()
    on_step("retired")
    return words


def fingerprint(master: bytes) -> str:
    """Tells two master keys apart and nothing else."""
    return keyed_hash(master, "which master key")[:16]


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC-SHA256 as 64 hex digits: equal for equal text, meaningless without the key."""
    return hmac.digest(key, text.encode(), "sha256").hex()
