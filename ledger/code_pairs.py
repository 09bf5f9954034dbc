"""NCCI edits as CMS published them: the newest quarter's file, which has the earlier ones' days."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from data_contracts.code_pair import CodePair, PairEdit
from ledger.schema_code_pairs import code_pair_loads, code_pairs
from ledger.store import upsert


def newest_load(con: Connection) -> Any:
    """What was loaded of the newest quarter; None where nothing was."""
    query = select(code_pair_loads).order_by(code_pair_loads.c.quarter.desc()).limit(1)
    return con.execute(query).first()


def loads(con: Connection) -> list[Any]:
    """Every quarter that was loaded, the newest first; its rows alone are kept."""
    return list(con.execute(select(code_pair_loads).order_by(code_pair_loads.c.quarter.desc())))


def replace(
    con: Connection,
    quarter: str,
    edits: Iterable[PairEdit],
    now: datetime,
    *,
    files: int,
    rows: int,
    refused: int,
) -> int:
    """Keep a quarter's edits in the place of all that were here; returns how many."""
    con.execute(delete(code_pairs))
    found = [
        {
            "pays": one.pays,
            "denied": one.denied,
            "begins_on": one.begins_on.isoformat(),
            "ends_on": one.ends_on.isoformat() if one.ends_on else None,
            "may_part": one.indicator == "1",
        }
        for one in edits
    ]
    upsert(con, code_pairs, found, ["pays", "denied", "begins_on"])
    said = {"quarter": quarter, "files": files, "rows": rows, "kept": len(found)}
    said |= {"refused": refused, "loaded_at": now}
    upsert(con, code_pair_loads, [said], ["quarter"])
    return len(found)


def among(con: Connection, codes: Iterable[str], quarter: str) -> tuple[CodePair, ...]:
    """The edits between some codes, in their order."""
    wanted = sorted(set(codes))
    both = code_pairs.c.pays.in_(wanted), code_pairs.c.denied.in_(wanted)
    order = code_pairs.c.pays, code_pairs.c.denied, code_pairs.c.begins_on
    return tuple(
        _pair(row, quarter) for row in con.execute(select(code_pairs).where(*both).order_by(*order))
    )


def _pair(row: Any, quarter: str) -> CodePair:
    return CodePair.model_validate(
        {
            "pays": row.pays,
            "denied": row.denied,
            "from": row.begins_on,
            "until": row.ends_on or date.max,
            "modifier": row.may_part,
            "source": f"CMS, NCCI procedure-to-procedure edits for practitioners, {quarter}",
        }
    )
