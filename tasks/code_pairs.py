"""Take CMS's quarterly NCCI edits, so that a claim is judged by those of its day of service."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from connectors.files.pair_edits import BadEdit, Part, pair_edits, part_of
from data_contracts.code_pair import CodePairs, PairEdit
from data_contracts.deed import Act, Deed
from data_contracts.errors import ImportRefused, UserError
from data_contracts.therapy_code import therapy_codes
from ledger import code_pairs, records
from ledger.audit import record
from ledger.store import new_id
from tasks.room import Room

_QUARTER = re.compile(r"\d{4}Q[1-4]")


class Refused(NamedTuple):
    """A row that was set aside: where it stands, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class PairsLoaded:
    """What came of the files of a quarter."""

    quarter: str
    files: int
    rows: int
    kept: int
    refused: tuple[Refused, ...]


def load_pairs(
    here: Room, paths: Sequence[Path], quarter: str | None, now: datetime
) -> PairsLoaded:
    """Keep a quarter's edits between codes of which one is therapy's; all of it or nothing.

    A row that is no edit is set aside, and then no quarter counts as compared. Raises UserError.
    """
    named = _quarter(paths, quarter)
    found: dict[tuple[str, str, object], PairEdit] = {}
    bad: list[tuple[Path, BadEdit]] = []
    rows = 0
    codes = frozenset(therapy_codes().codes)
    for path in paths:
        for one in _read(path):
            rows += 1
            if isinstance(one, BadEdit):
                bad.append((path, one))
            elif one.is_in_force and (one.pays in codes or one.denied in codes):
                found[one.pays, one.denied, one.begins_on] = one
    if not any({one.pays, one.denied} <= codes for one in found.values()):
        raise ImportRefused(
            f"{here.clinic.slug}: no file holds a pair of two therapy codes, so nothing was kept. "
            "Give all files of the quarter at once: therapy stands in the last."
        )
    with here.ledger.write() as con:
        _refuse_older(con, named)
        kept = code_pairs.replace(
            con, named, found.values(), now, files=len(paths), rows=rows, refused=len(bad)
        )
        _set_aside(here, con, bad, now)
        record(here.ledger, con, [Act(Deed.CODE_PAIRS_LOADED, named, f"{kept} pairs")])
    refused = tuple(Refused(path.name, one.line, one.reason) for path, one in bad)
    return PairsLoaded(named, len(paths), rows, kept, refused)


def loaded(here: Room) -> list[dict[str, Any]]:
    """Every quarter that was loaded, the newest first."""
    with here.ledger.read() as con:
        return [dict(row._mapping) for row in code_pairs.loads(con)]


def pairs_among(con: Connection, shipped: CodePairs, codes: Iterable[str]) -> CodePairs:
    """What parts some codes: by CMS's file where one was loaded, else by the shipped table."""
    load = code_pairs.newest_load(con)
    if load is None:
        return shipped
    pairs = code_pairs.among(con, codes, load.quarter)
    through = None if load.refused else load.quarter
    return shipped.model_copy(update={"pairs": pairs, "compared_through": through})


def _read(path: Path) -> Iterable[PairEdit | BadEdit]:
    try:
        with path.open("rb") as stream:
            yield from pair_edits(stream, path.name)
    except OSError as error:
        raise ImportRefused(
            f"{path.name}: cannot be read ({error.strerror}); check the path"
        ) from None


def _quarter(paths: Sequence[Path], given: str | None) -> str:
    """Of which quarter the files are; each name must say the same."""
    parts = {path.name: part_of(path.name) for path in paths}
    for name, part in parts.items():
        if part.is_hospital:
            raise ImportRefused(
                f"{name}: are the hospitals' edits. Take those for practitioners (ccipra)."
            )
    if given is not None and not _QUARTER.fullmatch(given):
        raise UserError(f"--quarter {given}: write the year and the quarter, such as 2026Q4")
    named = {part.quarter for part in parts.values() if part.quarter} | (
        {given} if given else set()
    )
    if len(named) > 1:
        raise UserError(
            f"the files are of several quarters: {', '.join(sorted(named))}; give one's"
        )
    if not named:
        raise UserError(
            f"{paths[0].name}: its name does not say the quarter as CMS's do (ccipra-v323r0-f1.txt"
            " is 2026Q4); add --quarter"
        )
    _refuse_gap(parts.values())
    return named.pop()


def _refuse_gap(parts: Iterable[Part]) -> None:
    numbers = {part.number for part in parts if part.number}
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - numbers)
    if missing:
        names = ", ".join(f"f{number}" for number in missing)
        raise UserError(f"of the quarter's files {names} is missing; give all of them at once")


def _refuse_older(con: Connection, quarter: str) -> None:
    load = code_pairs.newest_load(con)
    if load is not None and load.quarter > quarter:
        raise UserError(
            f"{load.quarter} is loaded already and has the days of {quarter}, too; nothing changed"
        )


def _set_aside(
    here: Room, con: Connection, bad: Sequence[tuple[Path, BadEdit]], now: datetime
) -> None:
    rows = [("ncci", f"{path.name}:{one.line}", one.reason, one.payload) for path, one in bad]
    if rows:
        records.add_quarantine(here.ledger, con, new_id(), rows, now)
