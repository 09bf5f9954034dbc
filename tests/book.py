"""The pretend clinic's own book, asked and filled behind the product's back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from connectors.practice.cliniko import Cliniko
from tests.cast import CLINIKO_KEY, NOW

_DAY = timedelta(days=1)


def book_system(base_url: str) -> Cliniko:
    """The practice system as we ask it, at no pace; close it."""
    return Cliniko(
        CLINIKO_KEY, "ops@example.com", base_url=base_url, sandbox=True, requests_per_minute=60_000
    )


@contextmanager
def book_of(base_url: str) -> Iterator[Cliniko]:
    """The same, closed at the end of the block."""
    system = book_system(base_url)
    try:
        yield system
    finally:
        system.close()


def visit_tomorrow(sandbox: Any, patient: str, until: datetime = NOW + 2 * _DAY) -> str:
    """Book somebody, a day from NOW or a little later, where nobody else is; the visit's id."""
    day = (NOW + _DAY).date()
    with book_of(sandbox.cliniko) as system:
        seen = system.fetch(None, NOW).visits
        places = sorted({(one.practitioner_source_id, one.location_source_id) for one in seen})
        slot = next(
            slot
            for who, where in places
            for slot in system.available_times(who, "Follow-up", where, day, day)
            if NOW + _DAY < slot.starts_at <= until
        )
    made = sandbox.ask(
        "visits",
        act="make",
        patient_id=patient,
        starts_at=slot.starts_at.isoformat(),
        practitioner_id=slot.practitioner_source_id,
    )
    return str(made["id"])
