"""Claims: charged, held or ready, filed in a file, and what was said of them.

What a chart or a claim says is sealed under its patient's own key.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from data_contracts.claim import Claim
from data_contracts.claim_life import ClaimState
from data_contracts.day_charges import DayCharges
from data_contracts.finding import Finding
from ledger.keys import keyed_hash, seal
from ledger.schema_claims import claim_findings, claim_lines, claims
from ledger.store import Ledger, insert_new, new_id, pairs

_OPEN = [state.value for state in ClaimState if state.is_open]
_GONE = ClaimState.WITHDRAWN.value


class Whose(NamedTuple):
    """Whose claim it is, and what makes it the same claim: patient, day and therapist."""

    patient_id: str
    visit_id: str | None
    key: str


class Examined(NamedTuple):
    """What an examination found: whether it may leave, and how much of it was there."""

    is_ready: bool
    payer: str
    findings: tuple[Finding, ...]
    there: int
    needed: int


def claims_of_day(con: Connection, patient_id: str, day: date) -> list[Any]:
    """Every claim of a patient's day to whoever pays first, however far it came."""
    query = select(claims).where(
        claims.c.patient_id == patient_id,
        claims.c.service_on == day.isoformat(),
        claims.c.first_claim_id.is_(None),
    )
    return list(con.execute(query.order_by(claims.c.created_at, claims.c.claim_id)))


def keep_charges(
    ledger: Ledger,
    con: Connection,
    whose: Whose,
    day: DayCharges,
    payer: str,
    now: datetime,
    *,
    is_again: bool = False,
) -> bool:
    """Write a claim's charges as they are now, open or new; False where nothing was to be written.

    What left already is not touched. After one that was turned back a new one begins, with a
    number of its own, once its charges are others or `is_again` says that all is mended.
    """
    content = day.model_dump_json()
    content_hash = _hash(ledger, content)
    count, old = _latest(ledger, con, whose)
    if old is not None and not _may_change(old, content_hash, is_again=is_again):
        return False
    if old is not None and old.status == ClaimState.REJECTED.value:
        old = None
    claim_id = old.claim_id if old else new_id()
    said = {
        "visit_id": whose.visit_id,
        "payer": payer[:60],
        "charge_cents": _cents(sum((row.charge for row in day.rows), start=Decimal(0))),
        "content_hash": content_hash,
        "chart": _sealed(ledger, whose.patient_id, f"chart|{claim_id}", content),
        "status": ClaimState.HELD.value,
        "released_at": None,
        "updated_at": now,
    }
    if old is not None:
        con.execute(claims.update().where(claims.c.claim_id == claim_id).values(said))
        return True
    fresh = {
        "claim_id": claim_id,
        "control": new_control(),
        "patient_id": whose.patient_id,
        "service_on": day.service_on.isoformat(),
        "source_hash": _source_hash(ledger, whose, count + 1),
        "fields_there": 0,
        "fields_needed": 0,
        "is_changed": False,
        "created_at": now,
    }
    con.execute(claims.insert().values(fresh | said))
    return True


def new_control() -> str:
    """A number for a claim: CLM01, by which everything about it comes back."""
    return f"C{new_id()[:15].upper()}"


def _latest(ledger: Ledger, con: Connection, whose: Whose) -> tuple[int, Any]:
    """How many claims there are of the same charges, and the newest of them."""
    count, found = 0, None
    while True:
        hashed = _source_hash(ledger, whose, count + 1)
        row = con.execute(select(claims).where(claims.c.source_hash == hashed)).first()
        if row is None:
            return count, found
        count, found = count + 1, row


def _may_change(old: Any, content_hash: str, *, is_again: bool) -> bool:
    if old.status == ClaimState.REJECTED.value:
        return is_again or old.content_hash != content_hash
    if old.status == _GONE:
        return True
    return old.status in _OPEN and old.content_hash != content_hash


def _source_hash(ledger: Ledger, whose: Whose, attempt: int) -> str:
    return _hash(ledger, f"{whose.patient_id}|{whose.key}|{attempt}")


def withdraw(con: Connection, claim_id: str, now: datetime) -> None:
    """The practice system took its charges back; the row stays."""
    mine = claims.update().where(claims.c.claim_id == claim_id, claims.c.status.in_(_OPEN))
    con.execute(mine.values(status=_GONE, updated_at=now))


def mark_changed(con: Connection, claim_id: str, now: datetime) -> bool:
    """Say that a claim was charged anew after it left; False where that was said before."""
    mine = claims.update().where(claims.c.claim_id == claim_id, claims.c.is_changed.is_(False))
    return con.execute(mine.values(is_changed=True, updated_at=now)).rowcount == 1


def charges_of(ledger: Ledger, row: Any) -> DayCharges:
    """What was charged; raises SealBroken where the patient's key is gone."""
    plain = ledger.keys.opened(f"patient:{row.patient_id}", row.chart, f"chart|{row.claim_id}")
    return DayCharges.model_validate_json(plain)


def open_claims(con: Connection) -> list[Any]:
    """Those that have not left, oldest service first."""
    query = select(claims).where(claims.c.status.in_(_OPEN))
    return list(con.execute(query.order_by(claims.c.service_on, claims.c.claim_id)))


def left_claims(con: Connection, patient_ids: Iterable[str]) -> list[Any]:
    """Those of some patients that left, whatever became of them; a rejected one never arrived."""
    never = [*_OPEN, _GONE, ClaimState.REJECTED.value]
    found: list[Any] = []
    wanted = sorted(set(patient_ids))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        query = select(claims).where(claims.c.patient_id.in_(part), claims.c.status.not_in(never))
        found += con.execute(query)
    return found


def procedures_of(con: Connection, claim_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """By claim the procedures of its lines."""
    found: dict[str, set[str]] = {}
    wanted = sorted(set(claim_ids))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        query = select(claim_lines.c.claim_id, claim_lines.c.procedure)
        for row in con.execute(query.where(claim_lines.c.claim_id.in_(part))):
            found.setdefault(row.claim_id, set()).add(row.procedure)
    return {name: frozenset(some) for name, some in found.items()}


def set_examined(con: Connection, row: Any, found: Examined, now: datetime) -> None:
    """Keep what an examination found, in the place of the one before."""
    state = ClaimState.READY if found.is_ready else ClaimState.HELD
    con.execute(
        claims.update()
        .where(claims.c.claim_id == row.claim_id, claims.c.status.in_(_OPEN))
        .values(
            status=state.value,
            payer=found.payer,
            fields_there=found.there,
            fields_needed=found.needed,
            updated_at=now,
        )
    )
    con.execute(delete(claim_findings).where(claim_findings.c.claim_id == row.claim_id))
    if found.findings:
        con.execute(
            claim_findings.insert(),
            [
                {
                    "claim_id": row.claim_id,
                    "number": number,
                    "patient_id": row.patient_id,
                    "code": one.code,
                    "severity": one.severity.value,
                    "field": one.field[:60],
                    "problem": one.problem,
                    "remedy": one.remedy,
                    "at": now,
                }
                for number, one in enumerate(found.findings, start=1)
            ],
        )


def findings_of(con: Connection, claim_id: str) -> list[Any]:
    """What was found about a claim, the gravest first."""
    query = select(claim_findings).where(claim_findings.c.claim_id == claim_id)
    return list(con.execute(query.order_by(claim_findings.c.number)))


def held_for(con: Connection, codes: Iterable[str]) -> list[tuple[Any, int]]:
    """Of findings of some codes what each says, and how many held claims it is said of."""
    columns = (claim_findings.c.code, claim_findings.c.problem, claim_findings.c.remedy)
    query = (
        select(*columns, func.count().label("claims"))
        .join(claims, claims.c.claim_id == claim_findings.c.claim_id)
        .where(claims.c.status == ClaimState.HELD.value, claim_findings.c.code.in_(sorted(codes)))
        .group_by(*columns)
        .order_by(claim_findings.c.code)
    )
    return [(row, row.claims) for row in con.execute(query)]


def release(con: Connection, claim_id: str, now: datetime) -> bool:
    """A person looked at what was to be looked at; False where it is not held."""
    mine = claims.update().where(
        claims.c.claim_id == claim_id, claims.c.status == ClaimState.HELD.value
    )
    return con.execute(mine.values(released_at=now, updated_at=now)).rowcount == 1


def set_filed(
    ledger: Ledger, con: Connection, row: Any, claim: Claim, file_id: str, now: datetime
) -> bool:
    """Put a ready claim into a file, as it will leave; False where it is not ready any more."""
    mine = claims.update().where(
        claims.c.claim_id == row.claim_id, claims.c.status == ClaimState.READY.value
    )
    about = f"claim|{row.claim_id}"
    values = {
        "filed": _sealed(ledger, row.patient_id, about, claim.model_dump_json()),
        "status": ClaimState.FILED.value,
        "charge_cents": _cents(claim.total),
        "file_id": file_id,
        "filed_at": now,
        "updated_at": now,
    }
    if con.execute(mine.values(values)).rowcount != 1:
        return False
    lines = [
        {
            "claim_id": row.claim_id,
            "number": number,
            "control": line.control,
            "patient_id": row.patient_id,
            "procedure": line.procedure,
            "modifiers": " ".join(line.modifiers),
            "units": line.units,
            "charge_cents": _cents(line.charge),
        }
        for number, line in enumerate(claim.lines, start=1)
    ]
    insert_new(con, claim_lines, lines)
    return True


def filed_claims(ledger: Ledger, con: Connection, file_id: str) -> list[Claim]:
    """The claims of a file as they leave, in the file's order; raises SealBroken."""
    query = select(claims).where(claims.c.file_id == file_id).order_by(claims.c.control)
    return [
        Claim.model_validate_json(
            ledger.keys.opened(f"patient:{row.patient_id}", row.filed, f"claim|{row.claim_id}")
        )
        for row in con.execute(query)
    ]


def by_control(con: Connection, controls: Iterable[str]) -> dict[str, Any]:
    """Our claims by the number we gave them; others are not in it."""
    found: dict[str, Any] = {}
    wanted = sorted(set(controls))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for row in con.execute(select(claims).where(claims.c.control.in_(part))):
            found[row.control] = row
    return found


def of_file(con: Connection, file_id: str) -> list[Any]:
    """The claims that a file holds."""
    return list(con.execute(select(claims).where(claims.c.file_id == file_id)))


def set_fate(con: Connection, claim_id: str, state: ClaimState, now: datetime) -> bool:
    """Say what was said of a claim that left: accepted, rejected or answered; never back."""
    before = {
        ClaimState.ACCEPTED: [ClaimState.FILED],
        ClaimState.REJECTED: [ClaimState.FILED, ClaimState.ACCEPTED],
        ClaimState.ANSWERED: [ClaimState.FILED, ClaimState.ACCEPTED, ClaimState.REJECTED],
    }[state]
    mine = claims.update().where(
        claims.c.claim_id == claim_id, claims.c.status.in_([one.value for one in before])
    )
    values: dict[str, Any] = {"status": state.value, "updated_at": now}
    if state is ClaimState.ANSWERED:
        values["answered_at"] = now
    return con.execute(mine.values(values)).rowcount == 1


def counts(con: Connection) -> Mapping[str, int]:
    """How many claims stand where."""
    query = select(claims.c.status, func.count()).group_by(claims.c.status)
    return pairs(con.execute(query))


def _hash(ledger: Ledger, text: str) -> str:
    return keyed_hash(ledger.keys.key("identity_hash"), text)


def _sealed(ledger: Ledger, patient_id: str, about: str, plain: str) -> bytes:
    return seal(ledger.keys.key(f"patient:{patient_id}"), plain.encode(), about)


def _cents(amount: Decimal) -> int:
    return int(amount * 100)
