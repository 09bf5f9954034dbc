"""A folder that report files arrive in, wherever it is."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Protocol

from data_contracts.errors import ImportRefused

MAX_BYTES = 256 * 1024 * 1024
"""The largest file taken from afar: held in memory, since a copy on disk would be in clear."""


@dataclass(frozen=True)
class FileEntry:
    """A file that is there; `modified_at` in UTC, `size` in bytes."""

    name: str
    size: int
    modified_at: datetime


class FileStore(Protocol):
    """Every method raises ConnectorError."""

    def list(self) -> list[FileEntry]:
        """The files of the folder itself, not of folders inside it; oldest first."""
        ...

    def open(self, name: str) -> BinaryIO:
        """A seekable stream of one file; the caller closes it."""
        ...


def in_order(entries: list[FileEntry]) -> list[FileEntry]:
    """Oldest first; of equal age by name."""
    return sorted(entries, key=lambda entry: (entry.modified_at, entry.name))


def in_memory(stream: BinaryIO, name: str) -> BytesIO:
    """All of a remote file; raises ImportRefused when it is larger than memory should hold."""
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ImportRefused(
            f"{name}: is larger than {MAX_BYTES >> 20} MiB. Export a shorter span of days."
        )
    return BytesIO(content)


def is_plain(name: str) -> bool:
    """Whether a name stays inside its folder."""
    return name not in ("", ".", "..") and not any(sign in name for sign in "/\\\0")
