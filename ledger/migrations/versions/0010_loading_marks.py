"""What changed since is found by an index: the warehouse reads it each morning."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MARKS = {
    "messages_by_updated": ("messages", "updated_at"),
    "scores_by_scored": ("risk_scores", "scored_at"),
    "versions_by_known": ("visit_versions", "known_until"),
    "claims_by_updated": ("claims", "updated_at"),
    "payments_by_read": ("claim_payments", "read_at"),
    "inquiries_by_updated": ("inquiries", "updated_at"),
    "staff_tasks_by_created": ("staff_tasks", "created_at"),
}


def upgrade() -> None:
    """Apply."""
    for name, (table, column) in MARKS.items():
        op.create_index(name, table, [column])
