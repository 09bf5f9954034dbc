"""CMS's NCCI edits by their days of service, and which quarters were loaded."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "code_pairs",
        sa.Column("pays", sa.String(length=5), nullable=False),
        sa.Column("denied", sa.String(length=5), nullable=False),
        sa.Column("begins_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("may_part", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pays", "denied", "begins_on"),
    )
    op.create_table(
        "code_pair_loads",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("quarter"),
    )
