"""A folder with `in` and `out`, as a hub shows it over SFTP; somebody else serves it."""

from pathlib import Path

from sandbox.clearinghouse.claim_desk import ClaimDesk

UNFINISHED = (".part", ".tmp", ".filepart")


class ClaimFolder:
    """Takes whole files out of `in`, and puts answers into `out` when their time comes."""

    def __init__(self, root: Path, desk: ClaimDesk) -> None:
        self._in, self._out, self._desk = root / "in", root / "out", desk
        self._written: set[str] = set()
        for one in (self._in, self._out):
            one.mkdir(parents=True, exist_ok=True)

    def sweep(self) -> dict[str, int]:
        """One round; how many files were taken and given."""
        taken = 0
        for path in sorted(self._in.iterdir()):
            if path.is_file() and not path.name.startswith(".") and path.suffix not in UNFINISHED:
                self._desk.take(path.name, path.read_bytes().decode("utf-8", "replace"))
                path.unlink()
                taken += 1
        given = 0
        for one in self._desk.listed():
            if one.name not in self._written:
                self._written.add(one.name)
                half = self._out / f"{one.name}.part"
                half.write_bytes(one.content)
                half.rename(self._out / one.name)
                given += 1
        return {"taken": taken, "given": given}
