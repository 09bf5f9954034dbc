"""The ledger's tables of claims: what was done, what left, what was said of it and paid.

A file is a row before it leaves. What a chart or a claim says of a person is sealed under the
patient's own key, a file that came back under a key of its own; beside it stand codes and cents.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.column import Instant, metadata

claims = Table(
    "claims",
    metadata,
    Column("claim_id", String(32), primary_key=True),
    Column("control", String(20), nullable=False, unique=True, doc="CLM01; comes back as CLP01"),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("visit_id", String(32), index=True),
    Column("payer", String(60), nullable=False, doc="its key in the clinic file, or as written"),
    Column("service_on", String(10), nullable=False),
    Column("charge_cents", Integer, nullable=False),
    Column("source_hash", String(64), nullable=False, unique=True, doc="keyed: whose, when, whom"),
    Column("content_hash", String(64), nullable=False, doc="keyed, to see a change unread"),
    Column("chart", LargeBinary, nullable=False, doc="what the practice system said, sealed"),
    Column("filed", LargeBinary, doc="the claim as it left, sealed"),
    Column("status", String(12), nullable=False),
    Column("fields_there", Integer, nullable=False, default=0, doc="what nobody had to add"),
    Column("fields_needed", Integer, nullable=False, default=0),
    Column("file_id", String(32), index=True),
    Column("is_changed", Boolean, nullable=False, default=False, doc="charged anew after it left"),
    Column("released_at", Instant, doc="a person looked at what was to be looked at"),
    Column("created_at", Instant, nullable=False),
    Column("filed_at", Instant),
    Column("answered_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Index("claims_by_status", "status", "service_on"),
)

claim_lines = Table(
    "claim_lines",
    metadata,
    Column("claim_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("control", String(30), nullable=False, doc="REF*6R, when it left"),
    Column("patient_id", String(32), nullable=False, index=True),
    Column("procedure", String(5), nullable=False),
    Column("modifiers", String(20), nullable=False),
    Column("units", Integer, nullable=False),
    Column("charge_cents", Integer, nullable=False),
)

claim_findings = Table(
    "claim_findings",
    metadata,
    Column("claim_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("patient_id", String(32), nullable=False, index=True),
    Column("code", String(40), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("field", String(60), nullable=False),
    Column("problem", Text, nullable=False, doc="nothing of a person"),
    Column("remedy", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

claim_files = Table(
    "claim_files",
    metadata,
    Column("file_id", String(32), primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("control", Integer, nullable=False, unique=True, doc="ISA13 and GS06"),
    Column("batch", String(30), nullable=False, unique=True, doc="BHT03"),
    Column("digest", String(64), nullable=False, doc="SHA-256 of what leaves"),
    Column("size", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("charge_cents", Integer, nullable=False),
    Column("status", String(12), nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Instant, doc="wall clock"),
    Column("planned_at", Instant, nullable=False, doc="the time that stands in it"),
    Column("sent_at", Instant),
    Column("answered_at", Instant),
    Column("updated_at", Instant, nullable=False),
)

claim_answers = Table(
    "claim_answers",
    metadata,
    Column("answer_id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True, doc="keyed: each file once"),
    Column("name", String(120), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("status", String(12), nullable=False, doc="read or quarantined"),
    Column("reason", String(40), nullable=False, doc="a code; empty where it was read"),
    Column("raw", LargeBinary, doc="as it came, under a key of its own"),
    Column("claims", Integer, nullable=False),
    Column("unknown", Integer, nullable=False, doc="claims that are none of ours"),
    Column("read_at", Instant, nullable=False),
    Index("claim_answers_by_read", "read_at"),
)

claim_statements = Table(
    "claim_statements",
    metadata,
    Column("answer_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("claim_id", String(32), nullable=False, index=True),
    Column("patient_id", String(32), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("fate", String(12), nullable=False),
    Column("category", String(4)),
    Column("code", String(8)),
    Column("entity", String(4)),
    Column("at", Instant, nullable=False),
)

claim_payments = Table(
    "claim_payments",
    metadata,
    Column("payment_id", String(32), primary_key=True),
    Column("answer_id", String(32), nullable=False),
    Column("place", Integer, nullable=False, doc="which payment of the file"),
    Column("position", Integer, nullable=False, doc="its segment there"),
    Column("claim_id", String(32), index=True, doc="None: filed by somebody else"),
    Column("patient_id", String(32), index=True),
    Column("control_index", String(64), nullable=False, index=True, doc="keyed hash of CLP01"),
    Column("payer_control_index", String(64), index=True, doc="keyed hash of CLP07"),
    Column("payer", String(60), nullable=False),
    Column("status", String(2), nullable=False, doc="CLP02"),
    Column("is_reversal", Boolean, nullable=False),
    Column("is_first", Boolean, nullable=False, doc="what a first-pass rate counts"),
    Column("is_standing", Boolean, nullable=False, doc="the newest that no reversal took back"),
    Column("outcome", String(16), nullable=False),
    Column("charge_cents", Integer, nullable=False),
    Column("paid_cents", Integer, nullable=False),
    Column("patient_cents", Integer, nullable=False),
    Column("denied_cents", Integer, nullable=False),
    Column("preventable_cents", Integer, nullable=False),
    Column("denial_class", String(16)),
    Column("denial_step", String(16)),
    Column("service_on", String(10)),
    Column("paid_on", String(10)),
    Column("decided_at", Instant, nullable=False, doc="midnight UTC of paid_on, else when read"),
    Column("read_at", Instant, nullable=False),
    UniqueConstraint("answer_id", "place", "position", name="one_payment"),
)

remittance_lines = Table(
    "remittance_lines",
    metadata,
    Column("payment_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("patient_id", String(32), index=True),
    Column("procedure", String(12)),
    Column("modifiers", String(20), nullable=False),
    Column("charge_cents", Integer, nullable=False),
    Column("paid_cents", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("adjustments", Text, nullable=False, doc="JSON: group, reason, cents"),
    Column("remarks", String(80), nullable=False),
)

claim_denials = Table(
    "claim_denials",
    metadata,
    Column("payment_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, doc="of the line; 0: the claim as a whole"),
    Column("claim_id", String(32), index=True),
    Column("patient_id", String(32), index=True),
    Column("procedure", String(12)),
    Column("group_code", String(2), nullable=False),
    Column("reason", String(4), nullable=False),
    Column("denial_class", String(16), nullable=False),
    Column("preventable", String(8), nullable=False),
    Column("step", String(16), nullable=False),
    Column("is_listed", Boolean, nullable=False),
    Column("amount_cents", Integer, nullable=False),
)
