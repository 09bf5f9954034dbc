"""Where a clinic's master key comes from: newest first, because two hold during a rotation."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from data_contracts.errors import SecretMissing, UserError

KEY_BYTES = 32


class MasterSource(Protocol):
    """Gives the master keys that hold now, and takes a new one in two steps."""

    def masters(self) -> tuple[bytes, ...]:
        """The keys that hold, newest first: two during a rotation. Raises SecretMissing."""

    def create(self) -> None:
        """Make the first one; never over an old one."""

    def stage(self) -> None:
        """Make the next one, beside the one that holds. Raises UserError where a person must."""

    def retire(self) -> str | None:
        """Drop the old one, for good; words where a person has to finish it."""


class FileMaster:
    """`master.key` in the clinic's folder; the next lies beside it while a rotation is underway."""

    def __init__(self, path: Path) -> None:
        self._path, self._next = path, path.with_suffix(".next.key")

    def masters(self) -> tuple[bytes, ...]:
        """The next, if there is one, and the current."""
        found = [read_master_key(self._next)] if self._next.is_file() else []
        return _distinct([*found, read_master_key(self._path)])

    def create(self) -> None:
        """Raises FileExistsError where one is."""
        create_master_key(self._path)

    def stage(self) -> None:
        """Whole or not at all, whenever the process dies."""
        put_new(self._next, secrets.token_hex(KEY_BYTES).encode() + b"\n")

    def retire(self) -> str | None:
        """One rename: there is no moment without a key that opens the store."""
        if self._next.is_file():
            replace_durably(self._next, self._path)
        return None


class VariableMaster:
    """A variable, or the file it names; the operator's own vault keeps it."""

    def __init__(self, name: str, secret: Callable[[str], str]) -> None:
        self._name, self._secret = name, secret

    def masters(self) -> tuple[bytes, ...]:
        """NAME_NEXT where it is set, and NAME."""
        both = [f"{self._name}_NEXT"] if self._is_staged() else []
        return _distinct([self._read(name) for name in (*both, self._name)])

    def create(self) -> None:
        """Only the operator can."""
        raise UserError(f"{self._name}: set it to 64 hex digits, such as `openssl rand -hex 32`")

    def stage(self) -> None:
        """Only the operator can; every process of the clinic must have both before it begins."""
        raise UserError(
            f"{self._name}_NEXT is not set: give every process of the clinic a new key there (64 "
            "hex digits), restart them, and run this again"
        )

    def retire(self) -> str | None:
        """What the operator has to do."""
        return f"now set {self._name} to what {self._name}_NEXT holds, and unset the latter"

    def _is_staged(self) -> bool:
        name = f"{self._name}_NEXT"
        return name in os.environ or f"{name}_FILE" in os.environ

    def _read(self, name: str) -> bytes:
        return from_hex(self._secret(name), name)


class WrappedMaster:
    """A file that another service encrypted: what lies on the disk opens nothing by itself."""

    def __init__(
        self, path: Path, wrap: Callable[[bytes], bytes], unwrap: Callable[[bytes], bytes]
    ) -> None:
        self._path, self._next = path, path.with_suffix(f".next{path.suffix}")
        self._wrap, self._unwrap = wrap, unwrap
        self._known: dict[bytes, bytes] = {}

    def masters(self) -> tuple[bytes, ...]:
        """Each decrypted once a process."""
        found = [self._read(self._next)] if self._next.is_file() else []
        return _distinct([*found, self._read(self._path)])

    def create(self) -> None:
        """Raises FileExistsError where one is."""
        put_new(self._path, self._wrap(secrets.token_bytes(KEY_BYTES)))

    def stage(self) -> None:
        """Whole or not at all."""
        put_new(self._next, self._wrap(secrets.token_bytes(KEY_BYTES)))

    def retire(self) -> str | None:
        """One rename."""
        if self._next.is_file():
            replace_durably(self._next, self._path)
        return None

    def _read(self, path: Path) -> bytes:
        if not path.is_file():
            raise SecretMissing(f"{path}: no master key here; make one with `ptclinic keys create`")
        blob = path.read_bytes()
        if blob not in self._known:
            self._known[blob] = self._unwrap(blob)
        return self._known[blob]


def create_master_key(path: Path) -> None:
    """Write a new master key, 64 hex digits readable by its owner only; never over an old one."""
    put_new(path, secrets.token_hex(KEY_BYTES).encode() + b"\n")


def read_master_key(path: Path) -> bytes:
    """Read the master key from a file of mode 0600 or tighter."""
    if not path.is_file():
        raise SecretMissing(
            f"{path}: no master key here; restore it, or make one with `ptclinic new`"
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & ~0o600:
        raise SecretMissing(
            f"{path}: others may use the master key (mode {mode:04o}); run `chmod 600 {path}`"
        )
    return from_hex(path.read_text(), str(path))


def from_hex(text: str, where: str) -> bytes:
    """32 bytes from 64 hex digits; raises SecretMissing without showing them."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretMissing(
            f"{where}: a master key is 64 hex digits; restore it from your key backup"
        )
    return key


def put_new(path: Path, content: bytes) -> None:
    """A file of mode 0600 that is whole from the moment it has its name; raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink()
    sync_folder(path.parent)


def replace_durably(part: Path, path: Path) -> None:
    """Rename over a file so that a power cut leaves the old one or the new one."""
    os.replace(part, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Write a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _distinct(found: list[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(found))
