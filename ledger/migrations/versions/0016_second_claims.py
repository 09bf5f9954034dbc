"""Claims to a second payer: which claim of the first they follow, and what was decided of it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("claims", sa.Column("first_claim_id", sa.String(length=32), nullable=True))
    op.add_column("claims", sa.Column("prior_payment_id", sa.String(length=32), nullable=True))
    op.add_column("claims", sa.Column("prior", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_claims_first_claim_id"), "claims", ["first_claim_id"], unique=False)
