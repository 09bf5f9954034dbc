"""Letters to the owner: one a week."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "owner_letters",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("vendor_id", sa.String(length=160), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("written_at", sa.String(length=32), nullable=False),
        sa.Column("settled_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("week"),
        sa.UniqueConstraint("letter_id"),
    )
