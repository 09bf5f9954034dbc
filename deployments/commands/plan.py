"""Who would get what, when, by which rung, and why not; nothing is written or sent."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_contracts.message import REASON_WORDS
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tasks.prospect import Prospect

Days = Annotated[int, typer.Option(min=1, max=60, help="How far ahead, in days from now.")]


def plan(slug: SlugArgument, *, now: Now = None, days: Days = 3, as_json: AsJson = False) -> None:
    """One line per visit and rung, in the clinic's time. `explain` tells all of one visit."""
    from deployments.admission import admitted
    from tasks.prospect import prospects
    from tasks.room import wall_clock

    moment = now or wall_clock()
    with admitted(slug, Right.READ_VISIT) as here:
        with here.ledger.read() as con:
            found = prospects(here, con, moment, moment + timedelta(days=days))
        zone, delivery = here.clinic.zone, here.clinic.delivery.value
    if as_json:
        lines = [document(one, zone) for one in found]
        show_json({"clinic": slug, "now": moment, "delivery": delivery, "plan": lines})
        return
    title = f"{slug}, {days} days from {_clock(moment, zone)}, delivery: {delivery}"
    columns = ["visit", "starts", "tier", "rung", "by", "when", "verdict"]
    show_table(title, columns, [row(one, zone) for one in found])


def row(one: "Prospect", zone: "ZoneInfo") -> list[str]:
    """A line for people: the visit's first letters, no name and no number."""
    when = one.goes_at or one.due_at
    return [
        one.visit_id[:8],
        _clock(one.starts_at, zone),
        one.tier.value if one.tier else "-",
        one.rung,
        one.channel.value,
        _clock(when, zone),
        one.words,
    ]


def document(one: "Prospect", zone: "ZoneInfo") -> dict[str, Any]:
    """The same for programs, with codes beside the words."""
    return {
        "visit": one.visit_id,
        "starts_at": one.starts_at.astimezone(zone).isoformat(),
        "tier": one.tier,
        "rung": one.rung,
        "channel": one.channel,
        "due_at": one.due_at.astimezone(zone).isoformat(),
        "goes_at": one.goes_at.astimezone(zone).isoformat() if one.goes_at else None,
        "status": one.status,
        "reason": one.reason,
        "words": one.words,
        "if_sent_now": one.gate,
        "if_sent_now_words": REASON_WORDS[one.gate] if one.gate else None,
        "in_outbox": one.is_saved,
    }


def _clock(moment: datetime, zone: "ZoneInfo") -> str:
    return f"{moment.astimezone(zone):%a %b %d %H:%M}"
