"""The ledger's tables of a dialogue: times offered, changes asked of the book, freed slots.

Each change of the practice system's book is a row of `book_requests` before it is a request.
"""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.column import Instant, metadata

confirmations = Table(
    "confirmations",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("visit_version", Integer, primary_key=True),
    Column("asked_by", String(8), nullable=False, doc="text, key, link or desk"),
    Column("at", Instant, nullable=False),
)

offers = Table(
    "offers",
    metadata,
    Column("offer_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False, doc="other_time or open_slot"),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("visit_id", String(32), index=True, doc="the visit that would be moved or booked anew"),
    Column("visit_version", Integer),
    Column("slot_id", String(32), index=True, doc="of an open slot"),
    Column("message_id", String(32), index=True, doc="the message that tells it"),
    Column("options", Text, nullable=False, doc="JSON list, in the order of the patient's numbers"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("status", String(12), nullable=False, doc="open, accepted, lost, declined or expired"),
    Column("answered_at", Instant),
)

book_requests = Table(
    "book_requests",
    metadata,
    Column("request_id", String(32), primary_key=True),
    Column("dedupe_key", String(160), nullable=False, unique=True),
    Column("kind", String(12), nullable=False, doc="find_times, cancel, move or book"),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("visit_id", String(32), nullable=False, index=True),
    Column("visit_version", Integer, nullable=False, doc="what the patient was told of"),
    Column("offer_id", String(32), index=True),
    Column("slot_id", String(32), index=True),
    Column("practitioner_id", String(32)),
    Column("location_id", String(32)),
    Column("starts_at", Instant),
    Column("asked_by", String(8), nullable=False, doc="text, key, link or desk"),
    Column("inbox_key", String(120), doc="what asked for it, and is answered"),
    Column("status", String(20), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Instant, doc="wall clock"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", Instant),
    Column("vendor_code", String(32)),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("book_requests_by_status", "status", "created_at"),
)

open_slots = Table(
    "open_slots",
    metadata,
    Column("slot_id", String(32), primary_key=True),
    Column("visit_id", String(32), nullable=False, doc="the visit that freed it"),
    Column("visit_version", Integer, nullable=False),
    Column("practitioner_id", String(32), nullable=False),
    Column("location_id", String(32)),
    Column("visit_type", String(120)),
    Column("starts_at", Instant, nullable=False, index=True),
    Column("ends_at", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("status", String(12), nullable=False, doc="grace, offering, taken, filled or closed"),
    Column("reason", String(32), nullable=False),
    Column("next_offer_at", Instant, nullable=False),
    Column("groups", Integer, nullable=False, default=0),
    Column("taken_by", String(32), doc="the patient whose accept came first"),
    Column("taken_at", Instant),
    Column("filled_by", String(32), doc="the visit that stands there now"),
    UniqueConstraint("visit_id", "visit_version", name="one_slot_a_cancellation"),
    Index("open_slots_by_status", "status", "next_offer_at"),
)

waiting_list = Table(
    "waiting_list",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("visit_id", String(32), doc="a later visit that an earlier slot would replace"),
    Column("visit_type", String(120)),
    Column("wishes", Text, nullable=False, doc="JSON: therapists, weekdays, hours, days"),
    Column("urgency", Integer, nullable=False, doc="0 can wait, 1 soon, 2 urgent"),
    Column("source", String(16), nullable=False, doc="desk, patient or plan_of_care"),
    Column("added_at", Instant, nullable=False),
    Column("until", Instant),
    Column("removed_at", Instant),
    Column("removed_why", String(16)),
)

plans_of_care = Table(
    "plans_of_care",
    metadata,
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), primary_key=True),
    Column("starts_on", String(10), primary_key=True),
    Column("ends_on", String(10)),
    Column("visits_per_week", Float, nullable=False),
    Column("visits", Integer, doc="in all; None where nobody said"),
    Column("source", String(16), nullable=False),
    Column("updated_at", Instant, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("link_id", String(64), primary_key=True, doc="keyed hash of the token, never the token"),
    Column("purpose", String(16), nullable=False),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("visit_id", String(32), index=True),
    Column("visit_version", Integer),
    Column("offer_id", String(32), index=True),
    Column("message_id", String(32), index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, default=0, doc="wrong birth dates"),
    Column("proven_at", Instant, doc="when the birth date fitted"),
    Column("used_at", Instant),
)
