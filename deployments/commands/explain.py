"""All of one visit: what happened to it, what was sent and why not, and what comes next."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_contracts.message import REASON_WORDS, Reason
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table
from rules.blinding import shown_reason

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tasks.asking import Told

Visit = Annotated[
    str,
    typer.Argument(
        metavar="VISIT", help="Our id or its first letters, or the practice system's id."
    ),
]


def explain(slug: SlugArgument, visit: Visit, *, now: Now = None, as_json: AsJson = False) -> None:
    """Times are the clinic's; no name and no number is shown."""
    from deployments.admission import admitted
    from tasks.asking import tell
    from tasks.room import wall_clock

    with admitted(slug, Right.READ_VISIT) as here:
        told = tell(here, visit, now or wall_clock())
        zone = here.clinic.zone
    if as_json:
        show_json(_document(told, zone))
    else:
        _print(told, zone)


def _document(told: "Told", zone: "ZoneInfo") -> dict[str, Any]:
    from deployments.commands.plan import document

    return {
        "visit": _visit(told, zone),
        "changes": _changes(told, zone),
        "scores": _scores(told, zone),
        "messages": _messages(told, zone),
        "next": [document(one, zone) for one in told.prospects],
        "staff_tasks": _tasks(told, zone),
        "insurance": _insurance(told, zone),
    }


def _print(told: "Told", zone: "ZoneInfo") -> None:
    from deployments.commands.plan import row

    show_table("Visit", ["what", "is"], [(k, str(v)) for k, v in _visit(told, zone).items()])
    _table("What happened to it", _changes(told, zone))
    _table("Score", _scores(told, zone))
    if not told.scores:
        typer.echo("No score: it is told where it buys an extra; else it would tell an arm.")
    for message in _messages(told, zone):
        steps = message.pop("steps")
        show_table("Message", ["what", "is"], [(k, str(v)) for k, v in message.items()])
        _table("Its steps", steps)
    ahead = [row(one, zone) for one in told.prospects]
    if ahead:
        columns = ["visit", "starts", "tier", "rung", "by", "when", "verdict"]
        show_table("Every rung, as of now", columns, ahead)
    else:
        typer.echo("Nothing comes next: the visit has begun.")
    _table("Insurance", _insurance(told, zone))
    _table("For staff", _tasks(told, zone))


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        show_table(title, list(rows[0]), [[str(cell) for cell in one.values()] for one in rows])


def _visit(told: "Told", zone: "ZoneInfo") -> dict[str, Any]:
    visit = told.visit
    return {
        "visit": visit.visit_id,
        "practice_system_id": visit.source_id,
        "status": visit.status,
        "version": visit.version,
        "visit_type": visit.visit_type,
        "starts_at": _local(visit.starts_at, zone),
        "booked_at": _local(visit.booked_at, zone),
        "cancelled_at": _local(visit.cancelled_at, zone),
        "practice_system_reminded": visit.own_reminder_sent,
        "last_read_at": _local(visit.seen_at, zone),
    }


def _changes(told: "Told", zone: "ZoneInfo") -> list[dict[str, Any]]:
    return [
        {"seen_at": _local(one.at, zone), "change": one.change, "version": one.version}
        for one in told.changes
    ]


def _scores(told: "Told", zone: "ZoneInfo") -> list[dict[str, Any]]:
    from tasks.asking import reasons_of

    return [
        {
            "version": one.visit_version,
            "chance_of_a_miss": round(one.score, 3),
            "tier": one.tier,
            "because": "; ".join(reasons_of(one)),
            "model": one.model_id,
            "scored_at": _local(one.scored_at, zone),
        }
        for one in told.scores
    ]


def _messages(told: "Told", zone: "ZoneInfo") -> list[dict[str, Any]]:
    return [_message(message, steps, zone) for message, steps in told.messages]


def _message(message: Any, steps: list[Any], zone: "ZoneInfo") -> dict[str, Any]:
    return {
        "message": message.message_id,
        "version": message.visit_version,
        "purpose": message.purpose,
        "rung": message.rung,
        "channel": message.channel,
        "status": message.status,
        "reason": _why(message.reason),
        "due_at": _local(message.due_at, zone),
        "useful_until": _local(message.useful_until, zone),
        "planned_at": _local(message.planned_at, zone),
        "retry_at": _local(message.retry_at, zone),
        "attempts": message.attempts,
        "vendor_id": message.vendor_id,
        "vendor_code": message.vendor_code,
        "vendor_says": _meaning(message.channel, message.vendor_code),
        "segments": message.segments,
        "cost_cents": message.cost_cents,
        "steps": [
            {
                "at": _local(one.at, zone),
                "status": one.status,
                "reason": _why(one.reason),
            }
            for one in steps
        ],
    }


def _why(reason: str) -> str:
    return REASON_WORDS[shown_reason(Reason(reason))]


def _meaning(channel: str, code: str | None) -> str | None:
    if code is None or channel == "email":
        return None
    from connectors.messaging.twilio_codes import meaning_of

    meaning = meaning_of(code)
    return meaning.words if meaning else None


def _insurance(told: "Told", zone: "ZoneInfo") -> list[dict[str, Any]]:
    """What payers were asked, and what each check came to; `eligibility check` shows figures."""
    asked = [
        {
            "what": f"asked ({one.why})",
            "at": _local(one.asked_at or one.created_at, zone),
            "of": f"service type {one.service_type} on {one.service_on}",
            "came_to": one.outcome or one.status,
            "code": one.code,
            "again_at": _local(one.retry_at, zone) if one.status == "planned" else None,
        }
        for one in told.inquiries
    ]
    return asked + [
        {
            "what": "coverage",
            "at": _local(one.asked_at, zone),
            "of": one.service_on + (", carried" if one.is_carried else ""),
            "came_to": one.status,
            "code": f"authorization {one.authorization}",
            "again_at": None,
        }
        for one in told.coverages
    ]


def _tasks(told: "Told", zone: "ZoneInfo") -> list[dict[str, Any]]:
    return [
        {
            "task": one.kind,
            "why": _why(one.reason),
            "detail": ", ".join(f"{k}: {v}" for k, v in json.loads(one.detail).items()),
            "due_at": _local(one.due_at, zone),
            "done_at": _local(one.done_at, zone),
            "outcome": one.outcome,
        }
        for one in told.tasks
    ]


def _local(moment: datetime | None, zone: "ZoneInfo") -> str | None:
    return moment.astimezone(zone).isoformat(timespec="minutes") if moment else None
