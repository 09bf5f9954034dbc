"""The ledger's tables of sprints: what was settled at the start, and every step since.

Rows are added and never changed; two who act at once meet at the next number, and one is refused.
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from ledger.column import Instant, metadata

sprints = Table(
    "sprints",
    metadata,
    Column("sprint", String(40), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("started_on", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("treated_share", Float, nullable=False),
    Column("salt", String(64), nullable=False, doc="random; draws the arms, and proves the draw"),
)

sprint_steps = Table(
    "sprint_steps",
    metadata,
    Column("sprint", String(40), ForeignKey("sprints.sprint"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("what", String(24), nullable=False),
    Column("is_early", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("on_day", String(10), nullable=False),
    Column("at", Instant, nullable=False),
)

baselines = Table(
    "baselines",
    metadata,
    Column("sprint", String(40), ForeignKey("sprints.sprint"), primary_key=True),
    Column("from_on", String(10)),
    Column("to_on", String(10)),
    Column("weeks", Integer, nullable=False),
    Column("definitions", Text, nullable=False, doc="JSON: the hash of each, by its name"),
    Column("definitions_hash", String(64), nullable=False),
    Column("figures", Text, nullable=False, doc="JSON: the metrics as they were when frozen"),
    Column("frozen_at", Instant, nullable=False),
)

sprint_terms = Table(
    "sprint_terms",
    metadata,
    Column("sprint", String(40), ForeignKey("sprints.sprint"), primary_key=True),
    Column("term", String(40), primary_key=True),
    Column("value", Float, doc="cents or a share; NULL where the clinic's file said nothing"),
)

staff_samples = Table(
    "staff_samples",
    metadata,
    Column("sample_id", String(32), primary_key=True),
    Column("sprint", String(40), ForeignKey("sprints.sprint"), nullable=False, index=True),
    Column("activity", String(24), nullable=False),
    Column("when_phase", String(8), nullable=False),
    Column("minutes", Float, nullable=False),
    Column("role", String(16), nullable=False),
    Column("timed_on", String(10), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
