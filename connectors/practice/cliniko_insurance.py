"""Whose insurance changed in Cliniko: patients read by the date of their last change."""

from datetime import UTC, datetime

from connectors.practice.base import InsuranceReading, Watermark
from connectors.practice.cliniko_card import Cards, cards_of, policy_id
from connectors.practice.cliniko_list import Lists
from connectors.practice.cliniko_payloads import Person
from connectors.practice.cliniko_reader import Manner, Reader
from connectors.practice.payload import moment_of
from data_contracts.card_fields import CardFields

_PATIENTS = "patients"


def fetch_insurance(
    lists: Lists, manner: Manner, names: CardFields, since: Watermark | None, now: datetime
) -> InsuranceReading:
    """The cards of every patient who changed since the watermark. Raises ConnectorError."""
    last = (since or {}).get(_PATIENTS)
    floor = datetime.fromisoformat(last) - manner.overlap if last else None
    asked = [f"updated_at:>={_text(floor)}"] if floor else []
    listing = lists.every(_PATIENTS, asked)
    reader = Reader(lists, manner, whole=False)
    found: dict[str, Cards | None] = {
        name: reader.attempt("policies", listing.rows[name], lambda one: cards_of(one, names), row)
        for name, row in reader.read("policies", Person, listing.rows.values()).items()
    }
    moments = [at for row in listing.rows.values() if (at := moment_of(row))]
    moments += [datetime.fromisoformat(last)] if last else []
    newest = min(max(moments), now) if moments and listing.complete else None
    return InsuranceReading(
        policies=[one.policy for one in found.values() if one and one.policy],
        authorizations=[one.authorization for one in found.values() if one and one.authorization],
        gone=frozenset(policy_id(name) for name, one in found.items() if one and not one.policy),
        rejected=reader.rejected,
        watermark={_PATIENTS: _text(newest)} if newest else dict(since or {}),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
