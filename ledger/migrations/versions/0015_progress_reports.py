"""Which progress reports were written of a patient's therapy, through which day and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "progress_reports",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("through_on", sa.String(length=10), nullable=False),
        sa.Column("by_assistant", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("report_id"),
        sa.UniqueConstraint("patient_id", "through_on", name="one_report_a_day"),
    )
