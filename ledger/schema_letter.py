"""The ledger's table of letters to the owner: a row a week, written before the letter leaves."""

from sqlalchemy import Column, String, Table

from ledger.column import Instant, metadata

owner_letters = Table(
    "owner_letters",
    metadata,
    Column("week", String(8), primary_key=True, doc="2026-W48, by the clinic's own days"),
    Column("letter_id", String(32), nullable=False, unique=True),
    Column("status", String(12), nullable=False, doc="a LetterStatus"),
    Column("vendor_id", String(160), doc="the carrier's, once it took it"),
    Column("code", String(40), doc="of a refusal"),
    Column("written_at", Instant, nullable=False),
    Column("settled_at", Instant),
)
