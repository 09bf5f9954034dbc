"""A folder of real files that is no part of this repository: `X12_SAMPLES=FOLDER` names it."""

import csv
import os
from functools import cache
from pathlib import Path

import pytest

from connectors.x12.errors import Fault

ROOT = Path(__file__).parents[3]
VARIABLE = "X12_SAMPLES"
_NAMED = os.environ.get(VARIABLE, "")
FOLDER = ROOT / _NAMED if _NAMED else None
"""A relative path is one from the repository's top."""
is_named = pytest.mark.skipif(FOLDER is None, reason=f"{VARIABLE} names no folder of real files")

UNREADABLE = {
    "imsweb+x12-parser/src/test/resources/837_5010/x12_no_isa_line.txt": Fault.NO_ENVELOPE,
    "keironstoddart+edi-835-parser/tests/test_edi_835_files/blue_cross_nc_sample.txt":
        Fault.NO_ENVELOPE,
}  # fmt: skip
"""Those of the collection that are X12 and cannot be read: nothing tells their separators."""
_OF_ENDING = {".json": Fault.JSON, ".xml": Fault.XML, ".wsdl": Fault.XML, ".tsv": Fault.NOT_X12}


def expected_fault(name: str) -> Fault | None:
    """Why a file of the collection cannot be read; None where it can."""
    return UNREADABLE.get(name) or _OF_ENDING.get(Path(name).suffix)


def names() -> list[str]:
    """Every file, by its path in the folder."""
    if FOLDER is None:
        return ["(none)"]
    if not FOLDER.is_dir():
        raise pytest.UsageError(f"{VARIABLE} names {_NAMED}, which is no folder")
    return sorted(str(one.relative_to(FOLDER)) for one in FOLDER.rglob("*") if one.is_file())


def content(name: str) -> bytes:
    """A file's bytes."""
    assert FOLDER
    return (FOLDER / name).read_bytes()


@cache
def listed() -> dict[str, dict[str, str]]:
    """What the collection's own list says of its files, made by another reader; may be empty."""
    assert FOLDER
    path = FOLDER / "MANIFEST.tsv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as rows:
        return {row["file"]: row for row in csv.DictReader(rows, delimiter="\t")}
