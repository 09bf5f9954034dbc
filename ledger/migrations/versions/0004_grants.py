"""What practice systems granted: tokens, and the keys of webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "grants",
        sa.Column("vendor", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("access_until", sa.String(length=32), nullable=False),
        sa.Column("refresh_until", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("held_until", sa.String(length=32), nullable=True),
        sa.Column("is_in_doubt", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("connected_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("vendor"),
    )
    op.create_table(
        "hooks",
        sa.Column("vendor", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("subscription_id", sa.String(length=64), nullable=False),
        sa.Column("target_url", sa.String(length=240), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("subscribed_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("vendor", "topic"),
    )
