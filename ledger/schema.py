"""The ledger's tables of the book, people and messages.

Those of a dialogue and of signing in have modules of their own.
Times are UTC; ids are our own random text unless named `source_id`.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# So that the metadata is whole for whoever reads it.
import ledger.schema_claims
import ledger.schema_code_pairs
import ledger.schema_dialogue
import ledger.schema_grant
import ledger.schema_insurance
import ledger.schema_letter
import ledger.schema_sign_in
import ledger.schema_sprint  # noqa: F401
from ledger.column import Instant, metadata

patients = Table(
    "patients",
    metadata,
    Column("patient_id", String(32), primary_key=True),
    Column("source_id", String(64), nullable=False, unique=True),
    Column("identity", LargeBinary, nullable=False, doc="JSON under the patient's own key"),
    Column("identity_hash", String(64), nullable=False, doc="keyed, to see a change unread"),
    Column("phone_index", String(64), index=True, doc="keyed hash of the mobile, E.164"),
    Column("email_index", String(64), index=True),
    Column("birth_year", Integer),
    Column("adult_from", Instant, doc="of a minor: the midnight from which they are no longer"),
    Column("responsible_phone_index", String(64), index=True, doc="who is contacted for a minor"),
    Column("responsible_email_index", String(64), index=True),
    Column("responsible_status", String(24), doc="phone_status, of the responsible party"),
    Column("language", String(2), nullable=False),
    Column("zones", String(240), doc="IANA zones of address and area code, comma-separated"),
    Column("state", String(2)),
    Column("phone_status", String(24), doc="None, or why the number cannot be used"),
    Column("is_archived", Boolean, nullable=False, default=False),
    Column("erased_at", Instant),
    Column("updated_at", Instant, nullable=False),
)

practitioners = Table(
    "practitioners",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("practitioner_id", String(32), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
)

locations = Table(
    "locations",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("location_id", String(32), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("timezone", String(64)),
)

visits = Table(
    "visits",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("source_id", String(64), nullable=False, unique=True),
    Column("version", Integer, nullable=False, doc="grows when start, therapist or place change"),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("practitioner_id", String(32)),
    Column("location_id", String(32)),
    Column("visit_type", String(120)),
    Column("diagnosis_region", String(40)),
    Column("starts_at", Instant, nullable=False, index=True),
    Column("ends_at", Instant),
    Column("is_time_known", Boolean, nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("cancelled_at", Instant),
    Column("cancel_reason", String(64)),
    Column("own_reminder_sent", Boolean, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False, doc="when we last read it from the source"),
    Index("visits_by_seen", "seen_at"),
)

book_changes = Table(
    "book_changes",
    metadata,
    Column("change_id", Integer, primary_key=True, autoincrement=True),
    Column("visit_id", String(32), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("change", String(16), nullable=False),
    Column("at", Instant, nullable=False),
)

visit_versions = Table(
    "visit_versions",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("known_until", Instant, primary_key=True, doc="when we read that it is otherwise"),
    Column("version", Integer, nullable=False),
    Column("practitioner_id", String(32)),
    Column("location_id", String(32)),
    Column("visit_type", String(120)),
    Column("diagnosis_region", String(40)),
    Column("starts_at", Instant, nullable=False),
    Column("is_time_known", Boolean, nullable=False),
    Index("versions_by_known", "known_until"),
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", String(32), primary_key=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("channel", String(8), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("is_granted", Boolean, nullable=False),
    Column("wording_version", String(24), nullable=False),
    Column("wording_hash", String(64), nullable=False),
    Column("source", String(32), nullable=False),
    Column("evidence", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("address_index", String(64), primary_key=True, doc="keyed hash; outlives an erasure"),
    Column("kind", String(8), primary_key=True, doc="phone or email"),
    Column("source", String(32), nullable=False),
    Column("at", Instant, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("message_id", String(32), primary_key=True),
    Column("clinic", String(40), nullable=False),
    Column("visit_id", String(32), ForeignKey("visits.visit_id"), nullable=False, index=True),
    Column("visit_version", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("rung", String(32), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("patient_id", String(32), nullable=False, index=True),
    Column("tier", String(8)),
    Column("status", String(20), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("useful_until", Instant, nullable=False),
    Column("retry_at", Instant),
    Column("fence", Integer, nullable=False, default=0, doc="grows with each claim"),
    Column("lease_until", Instant, doc="wall clock"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("sending_at", Instant, doc="wall clock, when the request may have left"),
    Column("sent_on", Instant, doc="business time of the send, for the caps"),
    Column("vendor_id", String(64), index=True),
    Column("vendor_code", String(16)),
    Column("segments", Integer),
    Column("cost_cents", Float),
    Column("consent_id", String(32)),
    Column("address_index", String(64), index=True),
    Column("wording_hash", String(64)),
    Column("topic", String(24), doc="which words an answer says; None for what has one wording"),
    Column("planned_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint(
        "clinic", "visit_id", "visit_version", "purpose", "rung", "channel", name="one_message"
    ),
    Index("messages_by_status", "status", "due_at"),
    Index("messages_by_sent", "sent_on"),
    Index("messages_by_updated", "updated_at"),
)

message_visits = Table(
    "message_visits",
    metadata,
    Column("message_id", String(32), primary_key=True),
    Column("visit_id", String(32), primary_key=True, index=True),
    Column("visit_version", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False, doc="the time that the message tells"),
)

message_steps = Table(
    "message_steps",
    metadata,
    Column("step_id", Integer, primary_key=True, autoincrement=True),
    Column("message_id", String(32), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", String(32), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("dedupe_key", String(120), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("message_id", String(32), index=True),
    Column("body", LargeBinary, doc="what was said, as ciphertext under the clinic's key"),
    Column("detail", Text, nullable=False, doc="codes and statuses, never words of a person"),
    Column("received_at", Instant, nullable=False),
    Column("handled_at", Instant, index=True),
)

staff_tasks = Table(
    "staff_tasks",
    metadata,
    Column("task_id", String(32), primary_key=True),
    Column("dedupe_key", String(160), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("visit_id", String(32), index=True),
    Column("patient_id", String(32)),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("outcome", String(32)),
    Index("staff_tasks_by_created", "created_at"),
)

risk_scores = Table(
    "risk_scores",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("visit_version", Integer, primary_key=True),
    Column("score", Float, nullable=False),
    Column("tier", String(8), nullable=False),
    Column("reasons", Text, nullable=False, doc="JSON list of sentences without identity"),
    Column("model_id", String(64), nullable=False),
    Column("scored_at", Instant, nullable=False),
    Index("scores_by_scored", "scored_at"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("sprint", String(40), primary_key=True, doc="'none' without a running sprint"),
    Column("arm", String(16), nullable=False),
    Column("stratum", String(16), nullable=False),
    Column("score", Float),
    Column("assigned_at", Instant, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("batch_id", String(32), primary_key=True),
    Column("source", String(40), nullable=False),
    Column("fetched_at", Instant, nullable=False, index=True),
    Column("visits", Integer, nullable=False),
    Column("patients", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("is_complete", Boolean, nullable=False, doc="a full reconcile, not a difference"),
    Column("verdict", String(16), nullable=False, doc="accepted, broken or unchecked"),
    Column("problems", Text, nullable=False, doc="JSON list of contract names"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("batch_id", String(32), primary_key=True),
    Column("row_key", String(120), primary_key=True),
    Column("resource", String(40), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("payload", LargeBinary, nullable=False, doc="the row, as ciphertext"),
    Column("at", Instant, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("place", String(40), primary_key=True),
    Column("forecast_on", String(10), primary_key=True),
    Column("fetched_at", Instant, primary_key=True),
    Column("values", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", String(60), nullable=False),
    Column("role", String(16), nullable=False),
    Column("what", String(60), nullable=False),
    Column("about", String(60), nullable=False),
    Column("why", String(120), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
