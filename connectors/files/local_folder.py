"""Files in a folder of this machine."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from connectors.errors import Rejected, Unauthorized, Unavailable, Unconfirmed
from connectors.files.drop import ASIDE
from connectors.files.store import FileEntry, in_order, is_plain

_VENDOR = "folder"


class LocalFolder:
    """A FileStore and a FileDrop; symbolic links are passed over: they could lead anywhere."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def list(self) -> list[FileEntry]:
        """The files of the folder; raises Rejected when there is no such folder."""
        try:
            found = [(path.name, path.lstat()) for path in self._path.iterdir()]
        except OSError as error:
            raise _fault(error, str(self._path)) from None
        return in_order(
            [
                FileEntry(name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
                for name, facts in found
                if stat.S_ISREG(facts.st_mode)
            ]
        )

    def open(self, name: str) -> BinaryIO:
        """A stream of one file."""
        path = self._path / name
        if not is_plain(name) or path.is_symlink():
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        try:
            return path.open("rb")
        except OSError as error:
            raise _fault(error, str(path)) from None

    def put_aside(self, name: str, content: bytes) -> None:
        """Write all of it under another name, and onto the disk."""
        if not is_plain(name):
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        path = self._path / f"{name}{ASIDE}"
        try:
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _fault(error, str(path)) from None

    def publish(self, name: str) -> None:
        """Give it its name in one step: who died between two would leave both, and send it twice.

        The step would go over a file of that name, so there must be none; nobody else makes one.
        """
        if not is_plain(name):
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        whole = self._path / name
        message = f"{whole} may be there, or not. Look for it."
        if whole.exists():
            raise Unconfirmed(_VENDOR, message)
        try:
            os.rename(self._path / f"{name}{ASIDE}", whole)
        except OSError:
            raise Unconfirmed(_VENDOR, message) from None


def _fault(error: OSError, path: str) -> Rejected | Unauthorized | Unavailable:
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return Rejected(_VENDOR, f"{path} is not there. Check `path`.", code="not_found")
    if isinstance(error, PermissionError):
        return Unauthorized(_VENDOR, f"{path} may not be read. Check its permissions.")
    return Unavailable(_VENDOR, f"{path} cannot be read ({error.strerror}).")
