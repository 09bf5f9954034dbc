"""Insurance: policies, authorisations, questions to payers, answers and what they mean."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "policies",
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_hash", sa.String(length=64), nullable=False),
        sa.Column("member_hash", sa.String(length=64), nullable=True),
        sa.Column("valid_until", sa.String(length=10), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("policy_id"),
        sa.UniqueConstraint("source_id"),
    )
    op.create_index(op.f("ix_policies_patient_id"), "policies", ["patient_id"], unique=False)
    op.create_table(
        "authorizations",
        sa.Column("authorization_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("payer", sa.String(length=120), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("visits_requested", sa.Integer(), nullable=True),
        sa.Column("visits_authorized", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.String(length=10), nullable=True),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("authorization_id"),
        sa.UniqueConstraint("source_id"),
    )
    op.create_index(
        op.f("ix_authorizations_patient_id"), "authorizations", ["patient_id"], unique=False
    )
    op.create_table(
        "inquiries",
        sa.Column("inquiry_id", sa.String(length=32), nullable=False),
        sa.Column("check_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("payer_id", sa.String(length=80), nullable=False),
        sa.Column("member_hash", sa.String(length=64), nullable=False),
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("service_type", sa.String(length=2), nullable=False),
        sa.Column("service_on", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("is_other_form", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("follow_up", sa.String(length=2), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("vendor", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("inquiry_id"),
        sa.UniqueConstraint(
            "payer_id",
            "member_hash",
            "person_hash",
            "service_type",
            "service_on",
            "round",
            name="one_question_a_day",
        ),
    )
    op.create_index("inquiries_by_status", "inquiries", ["status", "retry_at"], unique=False)
    op.create_index(op.f("ix_inquiries_check_id"), "inquiries", ["check_id"], unique=False)
    op.create_index(op.f("ix_inquiries_patient_id"), "inquiries", ["patient_id"], unique=False)
    op.create_index(op.f("ix_inquiries_policy_id"), "inquiries", ["policy_id"], unique=False)
    op.create_index(op.f("ix_inquiries_visit_id"), "inquiries", ["visit_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("inquiry_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("media", sa.String(length=8), nullable=False),
        sa.Column("vendor", sa.String(length=40), nullable=False),
        sa.Column("vendor_reference", sa.String(length=80), nullable=True),
        sa.Column("refused", sa.String(length=240), nullable=True),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("inquiry_id"),
    )
    op.create_index(op.f("ix_answers_patient_id"), "answers", ["patient_id"], unique=False)
    op.create_table(
        "coverages",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("check_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("service_on", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_therapy_covered", sa.Boolean(), nullable=True),
        sa.Column("authorization", sa.String(length=16), nullable=False),
        sa.Column("visits_remaining", sa.Integer(), nullable=True),
        sa.Column("owed_low_cents", sa.Integer(), nullable=True),
        sa.Column("owed_high_cents", sa.Integer(), nullable=True),
        sa.Column("has_other_payer", sa.Boolean(), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("summed_at", sa.String(length=32), nullable=False),
        sa.Column("note_status", sa.String(length=12), nullable=False),
        sa.Column("note_attempts", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("visit_id", "check_id"),
    )
    op.create_index(op.f("ix_coverages_check_id"), "coverages", ["check_id"], unique=False)
    op.create_index(op.f("ix_coverages_patient_id"), "coverages", ["patient_id"], unique=False)
    op.create_index(op.f("ix_coverages_policy_id"), "coverages", ["policy_id"], unique=False)
