"""Sprints: how they began, their steps, their baselines, and what staff's work took."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sprints",
        sa.Column("sprint", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("treated_share", sa.Float(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sprint"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "sprint_steps",
        sa.Column("sprint", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("is_early", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["sprint"], ["sprints.sprint"]),
        sa.PrimaryKeyConstraint("sprint", "number"),
    )
    op.create_table(
        "baselines",
        sa.Column("sprint", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.String(length=10), nullable=True),
        sa.Column("to_on", sa.String(length=10), nullable=True),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("definitions", sa.Text(), nullable=False),
        sa.Column("definitions_hash", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["sprint"], ["sprints.sprint"]),
        sa.PrimaryKeyConstraint("sprint"),
    )
    op.create_table(
        "staff_samples",
        sa.Column("sample_id", sa.String(length=32), nullable=False),
        sa.Column("sprint", sa.String(length=40), nullable=False),
        sa.Column("activity", sa.String(length=24), nullable=False),
        sa.Column("when_phase", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("timed_on", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["sprint"], ["sprints.sprint"]),
        sa.PrimaryKeyConstraint("sample_id"),
    )
    op.create_index(op.f("ix_staff_samples_sprint"), "staff_samples", ["sprint"], unique=False)
