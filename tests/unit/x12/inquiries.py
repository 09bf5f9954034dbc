"""Questions as a clinic asks them."""

from datetime import UTC, date, datetime
from typing import Any

from connectors.x12.outgoing import Envelope
from data_contracts.inquiry import Asker, Inquiry, Person

ASKED = datetime(2026, 11, 26, 15, 4, tzinfo=UTC)
CLINIC = Asker(npi="1234567893", organization="Northside Physical Therapy")
ANA = Person(first_name="Ana", last_name="Doe", birth_date=date(1980, 1, 2), member_id="W12345678")
BO = Person(first_name="Bo", last_name="Doe", birth_date=date(2014, 5, 6))
ENVELOPE = Envelope("CLINIC", "CLEARING", 7, is_test=True, originator="9CLINIC001")


def inquiry(**changed: Any) -> Inquiry:
    """Ana asks whether physical therapy on the last of November is covered."""
    fields: dict[str, Any] = {
        "trace": "ABC123456",
        "payer_id": "60054",
        "payer_name": "Example Health",
        "asker": CLINIC,
        "subscriber": ANA,
        "service_type": "PT",
        "service_on": date(2026, 11, 30),
        "asked_at": ASKED,
    }
    return Inquiry(**(fields | changed))
