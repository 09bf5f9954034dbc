"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assignments",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("sprint", sa.String(length=40), nullable=False),
        sa.Column("arm", sa.String(length=16), nullable=False),
        sa.Column("stratum", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("assigned_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "sprint"),
    )
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("fetched_at", sa.String(length=32), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("patients", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id"),
    )
    op.create_index(op.f("ix_batches_fetched_at"), "batches", ["fetched_at"], unique=False)
    op.create_table(
        "book_changes",
        sa.Column("change_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("change_id"),
    )
    op.create_index(op.f("ix_book_changes_visit_id"), "book_changes", ["visit_id"], unique=False)
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "forecasts",
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("forecast_on", sa.String(length=10), nullable=False),
        sa.Column("fetched_at", sa.String(length=32), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", "forecast_on", "fetched_at"),
    )
    op.create_table(
        "inbox",
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("handled_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("dedupe_key"),
    )
    op.create_index(op.f("ix_inbox_handled_at"), "inbox", ["handled_at"], unique=False)
    op.create_index(op.f("ix_inbox_message_id"), "inbox", ["message_id"], unique=False)
    op.create_table(
        "locations",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("location_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("source_id"),
        sa.UniqueConstraint("location_id"),
    )
    op.create_table(
        "message_steps",
        sa.Column("step_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("step_id"),
    )
    op.create_index(
        op.f("ix_message_steps_message_id"), "message_steps", ["message_id"], unique=False
    )
    op.create_table(
        "message_visits",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "visit_id"),
    )
    op.create_index(
        op.f("ix_message_visits_visit_id"), "message_visits", ["visit_id"], unique=False
    )
    op.create_table(
        "opt_outs",
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("address_index", "kind"),
    )
    op.create_table(
        "patients",
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("identity_hash", sa.String(length=64), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("adult_from", sa.String(length=32), nullable=True),
        sa.Column("responsible_phone_index", sa.String(length=64), nullable=True),
        sa.Column("responsible_email_index", sa.String(length=64), nullable=True),
        sa.Column("responsible_status", sa.String(length=24), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("zones", sa.String(length=240), nullable=True),
        sa.Column("state", sa.String(length=2), nullable=True),
        sa.Column("phone_status", sa.String(length=24), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("patient_id"),
        sa.UniqueConstraint("source_id"),
    )
    op.create_index(op.f("ix_patients_email_index"), "patients", ["email_index"], unique=False)
    op.create_index(op.f("ix_patients_phone_index"), "patients", ["phone_index"], unique=False)
    for which in ("responsible_phone_index", "responsible_email_index"):
        op.create_index(op.f(f"ix_patients_{which}"), "patients", [which], unique=False)
    op.create_table(
        "practitioners",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("practitioner_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
        sa.UniqueConstraint("practitioner_id"),
    )
    op.create_table(
        "quarantine",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("row_key", sa.String(length=120), nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "row_key"),
    )
    op.create_table(
        "risk_scores",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("tier", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.Column("scored_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "visit_version"),
    )
    op.create_table(
        "staff_tasks",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("task_id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    op.create_index(op.f("ix_staff_tasks_visit_id"), "staff_tasks", ["visit_id"], unique=False)
    op.create_table(
        "visit_versions",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("known_until", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.String(length=32), nullable=True),
        sa.Column("location_id", sa.String(length=32), nullable=True),
        sa.Column("visit_type", sa.String(length=120), nullable=True),
        sa.Column("diagnosis_region", sa.String(length=40), nullable=True),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.Column("is_time_known", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "known_until"),
    )
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("wording_version", sa.String(length=24), nullable=False),
        sa.Column("wording_hash", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.String(length=120), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.patient_id"],
        ),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.create_index(op.f("ix_consents_patient_id"), "consents", ["patient_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("practitioner_id", sa.String(length=32), nullable=True),
        sa.Column("location_id", sa.String(length=32), nullable=True),
        sa.Column("visit_type", sa.String(length=120), nullable=True),
        sa.Column("diagnosis_region", sa.String(length=40), nullable=True),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.Column("ends_at", sa.String(length=32), nullable=True),
        sa.Column("is_time_known", sa.Boolean(), nullable=False),
        sa.Column("booked_at", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("cancelled_at", sa.String(length=32), nullable=True),
        sa.Column("cancel_reason", sa.String(length=64), nullable=True),
        sa.Column("own_reminder_sent", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.patient_id"],
        ),
        sa.PrimaryKeyConstraint("visit_id"),
        sa.UniqueConstraint("source_id"),
    )
    op.create_index(op.f("ix_visits_patient_id"), "visits", ["patient_id"], unique=False)
    op.create_index(op.f("ix_visits_starts_at"), "visits", ["starts_at"], unique=False)
    op.create_index("visits_by_seen", "visits", ["seen_at"], unique=False)
    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("clinic", sa.String(length=40), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("visit_version", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=8), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("useful_until", sa.String(length=32), nullable=False),
        sa.Column("retry_at", sa.String(length=32), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sending_at", sa.String(length=32), nullable=True),
        sa.Column("sent_on", sa.String(length=32), nullable=True),
        sa.Column("vendor_id", sa.String(length=64), nullable=True),
        sa.Column("vendor_code", sa.String(length=16), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Float(), nullable=True),
        sa.Column("consent_id", sa.String(length=32), nullable=True),
        sa.Column("address_index", sa.String(length=64), nullable=True),
        sa.Column("wording_hash", sa.String(length=64), nullable=True),
        sa.Column("planned_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visits.visit_id"],
        ),
        sa.PrimaryKeyConstraint("message_id"),
        sa.UniqueConstraint(
            "clinic", "visit_id", "visit_version", "purpose", "rung", "channel", name="one_message"
        ),
    )
    op.create_index(op.f("ix_messages_address_index"), "messages", ["address_index"], unique=False)
    op.create_index(op.f("ix_messages_patient_id"), "messages", ["patient_id"], unique=False)
    op.create_index(op.f("ix_messages_vendor_id"), "messages", ["vendor_id"], unique=False)
    op.create_index(op.f("ix_messages_visit_id"), "messages", ["visit_id"], unique=False)
    op.create_index("messages_by_sent", "messages", ["sent_on"], unique=False)
    op.create_index("messages_by_status", "messages", ["status", "due_at"], unique=False)
