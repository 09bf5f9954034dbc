"""Pages as people see them: our templates, under headers that keep them to themselves."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
"""On every answer, refusals and errors too; nothing from elsewhere is loaded, no script inline."""


def page(template: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A template filled in; every word is escaped, and one that is missing is an error."""
    words = _environment().get_template(template).render(**content)
    return HTMLResponse(words, status_code=status, headers=HEADERS)


def add_static(app: FastAPI) -> None:
    """Serve the one style sheet and our own script: nothing of anybody is in them."""
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"clock": clock, "day": day, "moment": moment, "spoken": spoken}
    return found


def spoken(channel: str) -> str:
    """A channel as the desk calls it."""
    return {"sms": "text", "email": "e-mail", "voice": "phone", "staff": "the desk"}[channel]


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The hour on the clinic's wall, with the zone: `9:05 AM MST`."""
    return f"{at.astimezone(zone):%-I:%M %p %Z}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """The day there: `Mon, Jan 5`."""
    return f"{at.astimezone(zone):%a, %b %-d}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Day and hour there: `Mon, Jan 5, 9:05 AM MST`."""
    return f"{day(at, zone)}, {clock(at, zone)}"
