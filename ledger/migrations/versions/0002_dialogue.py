"""What patients answer, and what follows: offers, changes asked of the book, freed slots."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "confirmations",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=8), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "visit_version"),
    )
    op.create_table(
        "offers",
        sa.Column("offer_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("visit_version", sa.Integer(), nullable=True),
        sa.Column("slot_id", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("offer_id"),
    )
    op.create_index(op.f("ix_offers_message_id"), "offers", ["message_id"], unique=False)
    op.create_index(op.f("ix_offers_patient_id"), "offers", ["patient_id"], unique=False)
    op.create_index(op.f("ix_offers_slot_id"), "offers", ["slot_id"], unique=False)
    op.create_index(op.f("ix_offers_visit_id"), "offers", ["visit_id"], unique=False)
    op.create_table(
        "book_requests",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("slot_id", sa.String(length=32), nullable=True),
        sa.Column("practitioner_id", sa.String(length=32), nullable=True),
        sa.Column("location_id", sa.String(length=32), nullable=True),
        sa.Column("starts_at", sa.String(length=32), nullable=True),
        sa.Column("asked_by", sa.String(length=8), nullable=False),
        sa.Column("inbox_key", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.String(length=32), nullable=True),
        sa.Column("vendor_code", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("request_id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    op.create_index(
        "book_requests_by_status", "book_requests", ["status", "created_at"], unique=False
    )
    op.create_index(op.f("ix_book_requests_offer_id"), "book_requests", ["offer_id"], unique=False)
    op.create_index(
        op.f("ix_book_requests_patient_id"), "book_requests", ["patient_id"], unique=False
    )
    op.create_index(op.f("ix_book_requests_slot_id"), "book_requests", ["slot_id"], unique=False)
    op.create_index(op.f("ix_book_requests_visit_id"), "book_requests", ["visit_id"], unique=False)
    op.create_table(
        "open_slots",
        sa.Column("slot_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.String(length=32), nullable=False),
        sa.Column("location_id", sa.String(length=32), nullable=True),
        sa.Column("visit_type", sa.String(length=120), nullable=True),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.Column("ends_at", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("next_offer_at", sa.String(length=32), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("taken_at", sa.String(length=32), nullable=True),
        sa.Column("filled_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("slot_id"),
        sa.UniqueConstraint("visit_id", "visit_version", name="one_slot_a_cancellation"),
    )
    op.create_index(op.f("ix_open_slots_starts_at"), "open_slots", ["starts_at"], unique=False)
    op.create_index("open_slots_by_status", "open_slots", ["status", "next_offer_at"], unique=False)
    op.create_table(
        "waiting_list",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("visit_type", sa.String(length=120), nullable=True),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.Column("removed_at", sa.String(length=32), nullable=True),
        sa.Column("removed_why", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index(
        op.f("ix_waiting_list_patient_id"), "waiting_list", ["patient_id"], unique=False
    )
    op.create_table(
        "plans_of_care",
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("visits_per_week", sa.Float(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("patient_id", "starts_on"),
    )
    op.create_table(
        "links",
        sa.Column("link_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("visit_version", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proven_at", sa.String(length=32), nullable=True),
        sa.Column("used_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.patient_id"]),
        sa.PrimaryKeyConstraint("link_id"),
    )
    op.create_index(op.f("ix_links_message_id"), "links", ["message_id"], unique=False)
    op.create_index(op.f("ix_links_offer_id"), "links", ["offer_id"], unique=False)
    op.create_index(op.f("ix_links_patient_id"), "links", ["patient_id"], unique=False)
    op.create_index(op.f("ix_links_visit_id"), "links", ["visit_id"], unique=False)
    op.add_column("messages", sa.Column("topic", sa.String(length=24), nullable=True))
