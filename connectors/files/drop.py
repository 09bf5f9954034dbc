"""A folder that files of ours are put into for somebody else to take.

Two steps, so that whoever watches the folder never sees a half, and so that we know after a fault
whether a file may have been taken: what is aside was seen by nobody.
"""

from typing import Protocol

from connectors.files.store import FileEntry

ASIDE = ".part"
"""What a file's name ends with while it is not whole yet."""


class FileDrop(Protocol):
    """Every method raises ConnectorError."""

    def list(self) -> list[FileEntry]:
        """The files of the folder, those that are aside, too."""
        ...

    def put_aside(self, name: str, content: bytes) -> None:
        """Write all of it under another name; harmless to repeat."""
        ...

    def publish(self, name: str) -> None:
        """Give what was put aside its name, over no other file.

        Raises Unconfirmed where the request left and no answer came, or was refused: then the
        folder tells whether it has the name.
        """
        ...
