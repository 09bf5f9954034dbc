"""The ledger's tables of insurance: policies, questions to payers, their answers, what these mean.

A question is a row before it is a request. What a card, a payer or a summary says is sealed under
the patient's own key; beside it stand codes, counts and cents alone.
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
    UniqueConstraint,
)

from ledger.column import Instant, metadata

policies = Table(
    "policies",
    metadata,
    Column("policy_id", String(32), primary_key=True),
    Column("source_id", String(64), nullable=False, unique=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("rank", Integer, nullable=False, doc="1 pays first"),
    Column("payer", String(120), nullable=False, doc="as the practice writes it"),
    Column("sealed", LargeBinary, nullable=False, doc="JSON under the patient's own key"),
    Column("sealed_hash", String(64), nullable=False, doc="keyed, to see a change unread"),
    Column("member_hash", String(64), doc="keyed; None where no member id is on file"),
    Column("valid_until", String(10), doc="the last day that the card says"),
    Column("updated_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False, doc="when we read what stands here now"),
)

authorizations = Table(
    "authorizations",
    metadata,
    Column("authorization_id", String(32), primary_key=True),
    Column("source_id", String(64), nullable=False, unique=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("payer", String(120)),
    Column("sealed", LargeBinary, nullable=False, doc="the payer's number"),
    Column("is_granted", Boolean, nullable=False, doc="false: asked for, and not answered yet"),
    Column("visits_requested", Integer),
    Column("visits_authorized", Integer),
    Column("starts_on", String(10)),
    Column("ends_on", String(10)),
    Column("updated_at", Instant, nullable=False),
)

inquiries = Table(
    "inquiries",
    metadata,
    Column("inquiry_id", String(32), primary_key=True, doc="goes out as the trace, TRN02"),
    Column("check_id", String(32), nullable=False, index=True, doc="questions of one check"),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("policy_id", String(32), nullable=False, index=True),
    Column("visit_id", String(32), nullable=False, index=True, doc="the visit that it was due for"),
    Column("payer_id", String(80), nullable=False, doc="as the clearinghouse knows it"),
    Column("member_hash", String(64), nullable=False),
    Column("person_hash", String(64), nullable=False),
    Column("service_type", String(2), nullable=False),
    Column("service_on", String(10), nullable=False),
    Column("round", Integer, nullable=False, doc="grows with each answer that is out of date"),
    Column("why", String(16), nullable=False, doc="booked, ahead, month, retry or desk"),
    Column("is_other_form", Boolean, nullable=False, doc="said otherwise, after a refusal"),
    Column("status", String(16), nullable=False),
    Column("outcome", String(20), doc="what came of it, in a word"),
    Column("code", String(32), doc="the rejections' codes, or the connector's"),
    Column("follow_up", String(2), doc="what the payer allows then (AAA04)"),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Instant, doc="wall clock"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", Instant),
    Column("due_at", Instant, nullable=False, doc="from when on an answer was wanted"),
    Column("asked_at", Instant, doc="when the request may have left last"),
    Column("answered_at", Instant),
    Column("seconds", Float, doc="how long the payer took"),
    Column("vendor", String(40)),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint(
        "payer_id",
        "member_hash",
        "person_hash",
        "service_type",
        "service_on",
        "round",
        name="one_question_a_day",
    ),
    Index("inquiries_by_status", "status", "retry_at"),
    Index("inquiries_by_updated", "updated_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("inquiry_id", String(32), primary_key=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("raw", LargeBinary, nullable=False, doc="as it came, under the patient's own key"),
    Column("media", String(8), nullable=False),
    Column("vendor", String(40), nullable=False),
    Column("vendor_reference", String(80)),
    Column("refused", String(240), doc="CODE:FOLLOW_UP:LOOP of each refusal outside of X12"),
    Column("received_at", Instant, nullable=False),
)

coverages = Table(
    "coverages",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("check_id", String(32), primary_key=True, index=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False, index=True),
    Column("policy_id", String(32), nullable=False, index=True),
    Column("service_on", String(10), nullable=False),
    Column("asked_at", Instant, nullable=False, doc="when the payer was asked what this says"),
    Column("is_carried", Boolean, nullable=False, doc="asked about another day"),
    Column("status", String(16), nullable=False),
    Column("is_therapy_covered", Boolean, doc="None: the answer does not say"),
    Column("authorization", String(16), nullable=False),
    Column("visits_remaining", Integer, doc="the lower figure where the answer says two"),
    Column("owed_low_cents", Integer, doc="what the patient will owe for the visit"),
    Column("owed_high_cents", Integer),
    Column("has_other_payer", Boolean, nullable=False),
    Column("is_unsure", Boolean, nullable=False, doc="a figure is ambiguous or estimated"),
    Column("sealed", LargeBinary, nullable=False, doc="the whole summary, under the patient's key"),
    Column("summed_at", Instant, nullable=False),
    Column("note_status", String(12), nullable=False, doc="none, due, writing, written or failed"),
    Column("note_attempts", Integer, nullable=False, default=0),
    Column("noted_at", Instant, doc="wall clock while it is written: when a worker took it"),
)

certifications = Table(
    "certifications",
    metadata,
    Column("certification_id", String(32), primary_key=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False),
    Column("begins_on", String(10), nullable=False, doc="the first treatment under the plan"),
    Column("ends_on", String(10), doc="as the plan says"),
    Column("is_renewal", Boolean, nullable=False),
    Column("signed_on", String(10)),
    Column("verbal_on", String(10)),
    Column("ordered_on", String(10)),
    Column("sent_on", String(10)),
    Column("sealed", LargeBinary, nullable=False, doc="who signed, under the patient's own key"),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("patient_id", "begins_on", name="one_certification_a_period"),
)

progress_reports = Table(
    "progress_reports",
    metadata,
    Column("report_id", String(32), primary_key=True),
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), nullable=False),
    Column("through_on", String(10), nullable=False, doc="the last treatment day it speaks of"),
    Column("by_assistant", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False, doc="who wrote it, under the patient's own key"),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("patient_id", "through_on", name="one_report_a_day"),
)

therapy_elsewhere = Table(
    "therapy_elsewhere",
    metadata,
    Column("patient_id", String(32), ForeignKey("patients.patient_id"), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("cents", Integer, nullable=False, doc="what Medicare allowed others in the year"),
    Column("told_at", Instant, nullable=False),
)
