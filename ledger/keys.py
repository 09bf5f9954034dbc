"""The clinic's keys: one master key wraps every other, and losing a patient's is their erasure.

Wrapped keys live in a small file of their own, which never enters a backup of the ledger.
"""

import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data_contracts.errors import SecretMissing

_NONCE_BYTES = 12


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """Encrypt with AES-256-GCM, bound to what it is about; a copy moved elsewhere will not open."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """Decrypt what `seal` made; raises `InvalidTag` for a wrong key or a changed byte."""
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())


def create_master_key(path: Path) -> None:
    """Write a new master key, 64 hex digits readable by its owner only; never over an old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")


def read_master_key(path: Path) -> bytes:
    """Read the master key from a file of mode 0600 or tighter."""
    if not path.is_file():
        raise SecretMissing(
            f"{path}: no master key here; restore it, or make one with `ptclinic new`"
        )
    if path.stat().st_mode & 0o077:
        raise SecretMissing(f"{path}: others can read the master key; run `chmod 600 {path}`")
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SecretMissing(
            f"{path}: a master key is 64 hex digits; restore it from your key backup"
        )
    return key


class KeyStore:
    """Data keys by name, each wrapped by the master key."""

    def __init__(self, path: Path, master: bytes) -> None:
        self._master = master
        self._path = path
        self._known: dict[str, bytes] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as con:
            con.execute(
                "create table if not exists keys (name text primary key, wrapped blob not null)"
            )
        self.key("canary")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        con = sqlite3.connect(self._path, timeout=30)
        try:
            with con:
                yield con
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

    def _load(self, names: list[str]) -> None:
        with self._open() as con:
            found = self._read(con, names)
            new = [name for name in names if name not in found]
            con.executemany(
                "insert or ignore into keys values (?, ?)",
                [(name, seal(self._master, secrets.token_bytes(32), name)) for name in new],
            )
            self._known |= found | self._read(con, new)

    def _read(self, con: sqlite3.Connection, names: list[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            marks = ",".join("?" * len(part))
            for name, wrapped in con.execute(
                f"select name, wrapped from keys where name in ({marks})", part
            ):
                found[name] = self._unwrap(name, wrapped)
        return found

    def _unwrap(self, name: str, wrapped: bytes) -> bytes:
        try:
            return unseal(self._master, wrapped, name)
        except InvalidTag:
            raise SecretMissing(
                f"{self._path}: this master key does not open the clinic's keys; give the right one"
            ) from None

    def forget(self, name: str) -> None:
        """Delete a key for good: what it sealed can never be read again."""
        self._known.pop(name, None)
        with self._open() as con:
            con.execute("delete from keys where name = ?", [name])


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC-SHA256 as 64 hex digits: equal for equal text, meaningless without the key."""
    return hmac.digest(key, text.encode(), "sha256").hex()
