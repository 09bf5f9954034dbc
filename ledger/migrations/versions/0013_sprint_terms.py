"""What a sprint's dollars took from the clinic's file on the day it was closed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sprint_terms",
        sa.Column("sprint", sa.String(length=40), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["sprint"], ["sprints.sprint"]),
        sa.PrimaryKeyConstraint("sprint", "term"),
    )
