"""Check every night that what was sent may have been sent; a breach stops the clinic's dispatch.

The facts are read and the pause is set in one transaction: nothing is claimed between the two.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from data_contracts.clinic import Caps, Clinic, QuietHours
from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.invariant import Breach
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from ledger import records
from ledger.audit import record
from ledger.candidates import candidates, counts_for, due, held_to
from ledger.halt import halt, halted, resume
from ledger.sent import Steps, left_lying, sends, steps_of
from rules.fallback import bought_by_risk
from rules.gates import decide
from rules.invariants import STUCK_AFTER, Bounds, Consented, Sent, Waiting, breaches
from tasks.dispatch import DISPATCHED
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock

_CHECKED = "invariants"
_HORIZON = timedelta(days=8)
"""The weekly cap looks seven days back from the first send that is checked."""
_SETTLES = timedelta(hours=2)
"""When a silent carrier has been looked up, or a person was asked: twice what that may take."""
_MOST_WAITING = 500
_BY_LAW = Bounds(QuietHours(end=time(8), start=time(21)), Caps().per_day, Caps().per_week)
"""What nobody may have exceeded, whatever a clinic's file said then."""


class InvariantBroken(Exception):
    """What must not be was sent, or left lying; dispatch is paused until a person looked."""


class NotPaused(UserError):
    """There is no pause to lift."""


@guarded_task(name="check-invariants")
def check_invariants(slug: str, now: datetime) -> dict[str, int]:
    """Count breaches: none, or raises InvariantBroken, which raises the alarm."""
    with room(slug) as here:
        found = check(here, now, wall_clock())
        if found:
            raise InvariantBroken(f"{slug}: {_words(found)}; see `ptclinic audit invariants`")
        return {"breaches": 0}


def check(here: Room, now: datetime, wall: datetime) -> list[Breach]:
    """Everything since the last clean check that does not hold; a breach pauses dispatch at once.

    What was sent before a clinic file's hours were changed is held to the law's alone.
    """
    with here.ledger.write() as con:
        checked = records.cursor(con, _CHECKED)
        since = datetime.fromisoformat(checked["until"]) if checked else None
        is_same = checked is not None and checked["rules"] == _fingerprint(here.clinic)
        bounds = _of_file(here.clinic) if is_same else _BY_LAW
        waiting = [*_due(here, con), *_lying(con, wall)]
        found = breaches(here.clinic, _sent(here.clinic, con, since), waiting, bounds)
        if found and halted(con) is None:
            _stop(here, con, found, now)
        if not found:
            until = {"until": now.isoformat(), "rules": _fingerprint(here.clinic)}
            records.set_cursor(con, _CHECKED, until, now)
        why = _words(found) if found else "all hold"
        record(here.ledger, con, [Act(Deed.INVARIANTS_CHECKED, here.clinic.slug, why)])
    return found


def lift(here: Room, reason: str, now: datetime) -> int:
    """Let dispatch go on; returns how many messages were held. Raises NotPaused.

    What was sent until now counts as looked at: the next check begins here.
    """
    with here.ledger.write() as con:
        if halted(con) is None:
            raise NotPaused(f"{here.clinic.slug}: dispatch is not paused; nothing was changed")
        count = resume(con, now)
        until = {"until": now.isoformat(), "rules": _fingerprint(here.clinic)}
        records.set_cursor(con, _CHECKED, until, now)
        record(here.ledger, con, [Act(Deed.DISPATCH_RESUMED, here.clinic.slug, reason[:120])])
    return count


def _stop(here: Room, con: Connection, found: list[Breach], now: datetime) -> None:
    counts = _counts(found)
    halt(con, now, counts)
    records.add_staff_task(
        con,
        kind="resume_dispatch",
        reason=Reason.PAUSED.value,
        detail=json.dumps(counts),
        due_at=now,
        now=now,
        dedupe_key=f"paused|{now.isoformat()}",
    )
    record(here.ledger, con, [Act(Deed.DISPATCH_PAUSED, here.clinic.slug, _words(found))])


def _counts(found: list[Breach]) -> dict[str, int]:
    return dict(sorted(Counter(one.invariant.value for one in found).items()))


def _words(found: list[Breach]) -> str:
    return ", ".join(f"{name} {count}" for name, count in _counts(found).items())


def _fingerprint(clinic: Clinic) -> str:
    said = clinic.quiet_hours.model_dump_json() + clinic.caps.model_dump_json()
    return hashlib.sha256(f"{said}{clinic.timezone}".encode()).hexdigest()[:16]


def _of_file(clinic: Clinic) -> Bounds:
    return Bounds(clinic.quiet_hours, clinic.caps.per_day, clinic.caps.per_week)


def _sent(clinic: Clinic, con: Connection, since: datetime | None) -> list[Sent]:
    rows = sends(con, None if since is None else since - _HORIZON)
    steps = steps_of(con, [row.message_id for row in rows])
    return [_one(clinic, row, steps.get(row.message_id, Steps()), since) for row in rows]


def _one(clinic: Clinic, row: Any, steps: Steps, since: datetime | None) -> Sent:
    at = steps.claimed_at or row.sent_on
    # Whoever moved or was erased since may have had other zones then; that cannot be told now.
    is_known = row.erased_at is None and row.patient_updated_at <= at
    zones = tuple(row.zones.split(",")) if row.zones else (clinic.timezone,)
    return Sent(
        message_id=row.message_id,
        key=_key(row),
        at=at,
        zones=zones if is_known else None,
        counts_for=_known(counts_for, row),
        held_to=_known(held_to, row),
        consent=_consented(row),
        vendor=clinic.channels.vendor(Channel(row.channel)),
        taken=steps.taken,
        asked_at=row.due_at if row.purpose == Purpose.ANSWER else None,
        is_checked=not steps.is_restored and (since is None or row.sent_on > since),
    )


def _key(row: Any) -> tuple[str, ...]:
    # One confirmation for a consent, whatever visit it waited for; what did not arrive was none.
    if row.purpose == Purpose.OPT_IN and row.status != MessageStatus.UNDELIVERED:
        return (row.purpose, str(row.address_index), str(row.consent_id))
    return (row.visit_id, str(row.visit_version), row.purpose, row.rung, row.channel)


def _known(whose: Callable[..., tuple[str, ...]], row: Any) -> tuple[str, ...]:
    found = whose(row.purpose, row.channel, row.address_index, row.patient_id)
    return tuple(one for one in found if one)


def _consented(row: Any) -> Consented | None:
    if row.consent_patient_id is None:
        return None
    theirs = (row.consent_patient_id, row.consent_channel, row.consent_purpose)
    is_for_it = theirs == (row.patient_id, row.channel, Purpose(row.purpose).relies_on)
    return Consented(is_for_it, bool(row.is_granted), row.consented_at, row.consented_until)


def _due(here: Room, con: Connection) -> list[Waiting]:
    """What the last dispatch should have taken, judged as of then."""
    dispatched = records.cursor(con, DISPATCHED)
    if dispatched is None or halted(con) is not None:
        return []
    then = datetime.fromisoformat(dispatched["now"])
    bought = bought_by_risk(here.clinic)
    rows = due(con, then - STUCK_AFTER, _MOST_WAITING)
    found = candidates(con, rows, then, here.clinic.channels.vendors, bought)
    return [
        Waiting(
            row.message_id,
            max(row.due_at, row.planned_at, row.retry_at or row.due_at),
            then,
            decide(here.clinic, candidate, then).sends,
        )
        for row, candidate in zip(rows, found, strict=True)
    ]


def _lying(con: Connection, wall: datetime) -> list[Waiting]:
    """What a worker that died left, though others have worked since."""
    dispatched = records.cursor(con, DISPATCHED)
    worked_at = datetime.fromisoformat(dispatched["wall"]) if dispatched else None
    return [Waiting(own, since, worked_at) for own, since in left_lying(con, wall, _SETTLES)]
