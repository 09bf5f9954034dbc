"""Who certified a plan of care and when, and what Medicare allowed other clinics."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "certifications",
        sa.Column("certification_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("begins_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("is_renewal", sa.Boolean(), nullable=False),
        sa.Column("signed_on", sa.String(length=10), nullable=True),
        sa.Column("verbal_on", sa.String(length=10), nullable=True),
        sa.Column("ordered_on", sa.String(length=10), nullable=True),
        sa.Column("sent_on", sa.String(length=10), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("certification_id"),
        sa.UniqueConstraint("patient_id", "begins_on", name="one_certification_a_period"),
    )
    op.create_table(
        "therapy_elsewhere",
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("patient_id", "year"),
    )
