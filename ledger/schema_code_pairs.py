"""The ledger's tables of NCCI edits: CMS's own, of therapy's codes, and what was loaded when.

Public rules with nothing of a person; they lie here so that each worker judges by the same ones.
"""

from sqlalchemy import Boolean, Column, Integer, String, Table

from ledger.column import Instant, metadata

code_pairs = Table(
    "code_pairs",
    metadata,
    Column("pays", String(5), primary_key=True),
    Column("denied", String(5), primary_key=True),
    Column("begins_on", String(10), primary_key=True),
    Column("ends_on", String(10), doc="the last day of service; None: it still holds"),
    Column("may_part", Boolean, nullable=False, doc="whether a modifier may part them"),
)

code_pair_loads = Table(
    "code_pair_loads",
    metadata,
    Column("quarter", String(6), primary_key=True, doc="2026Q4"),
    Column("files", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("kept", Integer, nullable=False, doc="edits of therapy's codes that ever held"),
    Column("refused", Integer, nullable=False, doc="rows set aside; the table lacks them"),
    Column("loaded_at", Instant, nullable=False),
)
