"""Bring in who is insured by whom, and which visits a payer gave leave for."""

import logging
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.errors import NotSupported, Unavailable
from ledger import people, policies, records
from ledger.store import new_id
from tasks.guard import guarded_task
from tasks.room import Room, room

if TYPE_CHECKING:
    from connectors.practice.base import InsuranceReading

log = logging.getLogger(__name__)

_WATERMARK = "insurance"


@guarded_task(name="read-policies", retries=1, retry_delay_seconds=5, retry_on=(Unavailable,))
def read_policies(slug: str, now: datetime) -> dict[str, int]:
    """Read what changed since last time into the ledger; returns counts."""
    with room(slug) as here:
        return fetch_policies(here, now)


def fetch_policies(here: Room, now: datetime) -> dict[str, int]:
    """The same in a room that is open; nothing where the system tells of no insurance."""
    from tasks.wiring import practice_system

    if here.clinic.insurance is None:
        return {}
    with here.ledger.read() as con:
        since = records.cursor(con, _WATERMARK)
    try:
        with closing(practice_system(here.clinic, here.settings)) as practice:
            found = practice.fetch_insurance(since, now)
    except NotSupported as error:
        log.warning("%s: %s", here.clinic.slug, error.code)
        return {"not_supported": 1}
    return keep_insurance(here, found, now)


def keep_insurance(here: Room, found: "InsuranceReading", now: datetime) -> dict[str, int]:
    """Write a reading, all or nothing; a row that makes no sense is kept aside, as ciphertext."""
    named = {one.patient_source_id for one in found.policies}
    named |= {one.patient_source_id for one in found.authorizations}
    bad = [
        (row.resource, str(row.source_id or "row"), row.reason_code, row.payload)
        for row in found.rejected
    ]
    with here.ledger.write() as con:
        # A patient whom the book has not named yet, or the policy would be lost with its watermark.
        people.add_placeholders(here.ledger, con, named, now)
        changed = policies.keep_policies(here.ledger, con, found.policies, found.gone, now)
        granted = policies.keep_authorizations(here.ledger, con, found.authorizations)
        records.add_quarantine(here.ledger, con, new_id(), bad, now)
        records.set_cursor(con, _WATERMARK, found.watermark, now)
    return {"policies": changed, "authorizations": granted, "rejected": len(bad)}
