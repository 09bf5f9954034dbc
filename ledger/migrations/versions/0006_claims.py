"""Claims: what was charged, what left, what was said of it and paid."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "claims",
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("control", sa.String(length=20), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("payer", sa.String(length=60), nullable=False),
        sa.Column("service_on", sa.String(length=10), nullable=False),
        sa.Column("charge_cents", sa.Integer(), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("chart", sa.LargeBinary(), nullable=False),
        sa.Column("filed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("fields_there", sa.Integer(), nullable=False),
        sa.Column("fields_needed", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=True),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("filed_at", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("claim_id"),
        sa.UniqueConstraint("control"),
        sa.UniqueConstraint("source_hash"),
    )
    op.create_index("claims_by_status", "claims", ["status", "service_on"], unique=False)
    op.create_index(op.f("ix_claims_file_id"), "claims", ["file_id"], unique=False)
    op.create_index(op.f("ix_claims_patient_id"), "claims", ["patient_id"], unique=False)
    op.create_index(op.f("ix_claims_visit_id"), "claims", ["visit_id"], unique=False)
    op.create_table(
        "claim_lines",
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("control", sa.String(length=30), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("procedure", sa.String(length=5), nullable=False),
        sa.Column("modifiers", sa.String(length=20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("charge_cents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "number"),
    )
    op.create_index(op.f("ix_claim_lines_patient_id"), "claim_lines", ["patient_id"], unique=False)
    op.create_table(
        "claim_findings",
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "number"),
    )
    op.create_index(
        op.f("ix_claim_findings_patient_id"), "claim_findings", ["patient_id"], unique=False
    )
    op.create_table(
        "claim_files",
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("control", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=30), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("charge_cents", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.String(length=32), nullable=True),
        sa.Column("planned_at", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("control"),
        sa.UniqueConstraint("batch"),
    )
    op.create_index(op.f("ix_claim_files_status"), "claim_files", ["status"], unique=False)
    op.create_table(
        "claim_answers",
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("answer_id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("claim_answers_by_read", "claim_answers", ["read_at"], unique=False)
    op.create_table(
        "claim_statements",
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("fate", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=4), nullable=True),
        sa.Column("code", sa.String(length=8), nullable=True),
        sa.Column("entity", sa.String(length=4), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "number"),
    )
    op.create_index(
        op.f("ix_claim_statements_claim_id"), "claim_statements", ["claim_id"], unique=False
    )
    op.create_index(
        op.f("ix_claim_statements_patient_id"), "claim_statements", ["patient_id"], unique=False
    )
    op.create_table(
        "claim_payments",
        sa.Column("payment_id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=32), nullable=True),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("control_index", sa.String(length=64), nullable=False),
        sa.Column("payer_control_index", sa.String(length=64), nullable=True),
        sa.Column("payer", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=2), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("charge_cents", sa.Integer(), nullable=False),
        sa.Column("paid_cents", sa.Integer(), nullable=False),
        sa.Column("patient_cents", sa.Integer(), nullable=False),
        sa.Column("denied_cents", sa.Integer(), nullable=False),
        sa.Column("preventable_cents", sa.Integer(), nullable=False),
        sa.Column("denial_class", sa.String(length=16), nullable=True),
        sa.Column("denial_step", sa.String(length=16), nullable=True),
        sa.Column("service_on", sa.String(length=10), nullable=True),
        sa.Column("paid_on", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.Column("read_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
        sa.UniqueConstraint("answer_id", "place", "position", name="one_payment"),
    )
    op.create_index(
        op.f("ix_claim_payments_claim_id"), "claim_payments", ["claim_id"], unique=False
    )
    op.create_index(
        op.f("ix_claim_payments_control_index"), "claim_payments", ["control_index"], unique=False
    )
    op.create_index(
        op.f("ix_claim_payments_patient_id"), "claim_payments", ["patient_id"], unique=False
    )
    op.create_index(
        op.f("ix_claim_payments_payer_control_index"),
        "claim_payments",
        ["payer_control_index"],
        unique=False,
    )
    op.create_table(
        "remittance_lines",
        sa.Column("payment_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("procedure", sa.String(length=12), nullable=True),
        sa.Column("modifiers", sa.String(length=20), nullable=False),
        sa.Column("charge_cents", sa.Integer(), nullable=False),
        sa.Column("paid_cents", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("adjustments", sa.Text(), nullable=False),
        sa.Column("remarks", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "number"),
    )
    op.create_index(
        op.f("ix_remittance_lines_patient_id"), "remittance_lines", ["patient_id"], unique=False
    )
    op.create_table(
        "claim_denials",
        sa.Column("payment_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=32), nullable=True),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("procedure", sa.String(length=12), nullable=True),
        sa.Column("group_code", sa.String(length=2), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=False),
        sa.Column("denial_class", sa.String(length=16), nullable=False),
        sa.Column("preventable", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "number"),
    )
    op.create_index(op.f("ix_claim_denials_claim_id"), "claim_denials", ["claim_id"], unique=False)
    op.create_index(
        op.f("ix_claim_denials_patient_id"), "claim_denials", ["patient_id"], unique=False
    )
