"""A clinic's ledger with months of history behind it, written as rows, the same each time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

DAILY = 26
"""Visits of a working day: some 20,000 in three years."""
LAST = datetime(2026, 1, 5, tzinfo=UTC)
_PATIENTS = 1_700
_PAYERS = ("aetna", "cigna", "medicare")
_FATES = ("arrived",) * 8 + ("no_show", "cancelled")


def write_history(ledger: Any, days: int) -> int:
    """The visits of so many days before the last, each with all that belongs to it."""
    with ledger.write() as con:
        _write_people(con)
        for back in range(days, 0, -1):
            write_day(con, LAST - timedelta(days=back))
    return len(list(_open(days))) * DAILY


def write_day(con: Any, day: datetime) -> None:
    """One working day's visits as they ended: messages, scores, claims, payments, a forecast."""
    from ledger import schema, schema_claims

    con.execute(schema.forecasts.insert(), _forecasts(day))
    if day.weekday() > 4:
        return
    visits = [_visit(day, number) for number in range(DAILY)]
    con.execute(schema.visits.insert(), visits)
    con.execute(schema.risk_scores.insert(), [_score(one) for one in visits])
    sent = [_message(one, rung) for one in visits for rung in ("first", "last")]
    con.execute(schema.messages.insert(), sent)
    con.execute(schema.message_steps.insert(), [step for one in sent for step in _steps(one)])
    moved = [one for number, one in enumerate(visits) if number % 10 == 0]
    con.execute(schema.visit_versions.insert(), [_version(one) for one in moved])
    came = [one for one in visits if one["status"] == "arrived"]
    claims = [_claim(one) for one in came]
    con.execute(schema_claims.claims.insert(), claims)
    con.execute(schema_claims.claim_payments.insert(), [_payment(one) for one in claims])


def _open(days: int) -> Iterator[datetime]:
    for back in range(days, 0, -1):
        day = LAST - timedelta(days=back)
        if day.weekday() < 5:
            yield day


def _write_people(con: Any) -> None:
    from ledger import schema

    con.execute(
        schema.patients.insert(),
        [
            {
                "patient_id": f"p{number:06d}",
                "source_id": f"p{number:06d}",
                "identity": b"sealed" * 40,
                "identity_hash": "0" * 64,
                "birth_year": 1940 + number % 60,
                "language": "en",
                "is_archived": False,
                "updated_at": LAST,
            }
            for number in range(_PATIENTS)
        ],
    )
    place = {"source_id": "1", "location_id": "l1", "name": "Main", "timezone": "America/Denver"}
    con.execute(schema.locations.insert(), [place])


def _visit(day: datetime, number: int) -> dict[str, Any]:
    count = day.toordinal() * DAILY + number
    starts = day + timedelta(hours=15, minutes=20 * number)
    fate = _FATES[count * 7 % 10]
    own = f"v{count:010d}"
    return {
        "visit_id": own,
        "source_id": own,
        "version": 1,
        "patient_id": f"p{count * 31 % _PATIENTS:06d}",
        "practitioner_id": f"t{number % 6}",
        "location_id": "l1",
        "visit_type": "Follow-up",
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=45),
        "is_time_known": True,
        "booked_at": starts - timedelta(days=1 + count % 21),
        "status": fate,
        "cancelled_at": starts - timedelta(hours=count % 60) if fate == "cancelled" else None,
        "own_reminder_sent": False,
        "updated_at": starts + timedelta(hours=1),
        "seen_at": starts + timedelta(hours=2),
    }


def _same_day(visit: dict[str, Any]) -> datetime:
    """When all that is new of a visit is written: a load finds each day's rows by their marks."""
    found: datetime = visit["starts_at"] - timedelta(hours=10)
    return found


def _score(visit: dict[str, Any]) -> dict[str, Any]:
    return {
        "visit_id": visit["visit_id"],
        "visit_version": 1,
        "score": 0.05 + int(visit["visit_id"][1:]) % 40 / 100,
        "tier": "low",
        "reasons": "[]",
        "model_id": "m1",
        "scored_at": _same_day(visit),
    }


def _message(visit: dict[str, Any], rung: str) -> dict[str, Any]:
    at = visit["starts_at"] - timedelta(days=3 if rung == "first" else 1)
    return {
        "message_id": f"{rung[0]}{visit['visit_id']}",
        "clinic": "demo",
        "visit_id": visit["visit_id"],
        "visit_version": 1,
        "purpose": "reminder",
        "rung": rung,
        "channel": "sms",
        "patient_id": visit["patient_id"],
        "tier": "low",
        "status": "delivered",
        "reason": "receipt",
        "due_at": at,
        "useful_until": visit["starts_at"],
        "fence": 1,
        "attempts": 1,
        "sent_on": at,
        "cost_cents": 0.8,
        "planned_at": at,
        "updated_at": visit["starts_at"],
    }


def _steps(message: dict[str, Any]) -> list[dict[str, Any]]:
    own = {"message_id": message["message_id"], "reason": "due", "at": message["due_at"]}
    return [
        own | {"status": status}
        for status in ("planned", "claimed", "sending", "accepted", "delivered")
    ]


def _version(visit: dict[str, Any]) -> dict[str, Any]:
    same = ("visit_id", "practitioner_id", "location_id", "visit_type", "is_time_known")
    return {name: visit[name] for name in same} | {
        "known_until": _same_day(visit),
        "version": 1,
        "starts_at": visit["starts_at"] - timedelta(hours=2),
    }


def _claim(visit: dict[str, Any]) -> dict[str, Any]:
    count = int(visit["visit_id"][1:])
    return {
        "claim_id": f"c{count:010d}",
        "control": f"K{count:010d}",
        "patient_id": visit["patient_id"],
        "visit_id": visit["visit_id"],
        "payer": _PAYERS[count % 3],
        "service_on": visit["starts_at"].date().isoformat(),
        "charge_cents": 14_000,
        "source_hash": f"{count:064d}",
        "content_hash": f"{count:064d}",
        "chart": b"sealed" * 200,
        "status": "answered",
        "fields_there": 20,
        "fields_needed": 20,
        "is_changed": False,
        "created_at": visit["starts_at"] + timedelta(hours=8),
        "filed_at": visit["starts_at"] + timedelta(hours=9),
        "updated_at": visit["starts_at"] + timedelta(hours=10),
    }


def _payment(claim: dict[str, Any]) -> dict[str, Any]:
    count = int(claim["claim_id"][1:])
    is_denied = count % 11 == 0
    return {
        "payment_id": f"r{count:010d}",
        "answer_id": f"a{count:010d}",
        "place": 1,
        "position": 1,
        "claim_id": claim["claim_id"],
        "patient_id": claim["patient_id"],
        "control_index": f"{count:064d}",
        "payer": claim["payer"],
        "status": "4" if is_denied else "1",
        "is_reversal": False,
        "is_first": True,
        "is_standing": True,
        "outcome": "denied" if is_denied else "paid",
        "charge_cents": 14_000,
        "paid_cents": 0 if is_denied else 9_800,
        "patient_cents": 0,
        "denied_cents": 14_000 if is_denied else 0,
        "preventable_cents": 0,
        "service_on": claim["service_on"],
        "decided_at": claim["updated_at"],
        "read_at": claim["updated_at"],
    }


def _forecasts(day: datetime) -> list[dict[str, Any]]:
    ahead = [date.fromordinal(day.toordinal() + n) for n in range(1, 6)]
    values = '{"temperature_min_c":1.0,"temperature_max_c":9.0}'
    return [
        {"place": "40,-105", "forecast_on": one.isoformat(), "fetched_at": day, "values": values}
        for one in ahead
    ]
