"""The ledger's tables of what practice systems granted: tokens and the keys of webhooks."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table

from ledger.column import Instant, metadata

grants = Table(
    "grants",
    metadata,
    Column("vendor", String(40), primary_key=True),
    Column("sealed", LargeBinary, nullable=False, doc="both tokens, as ciphertext"),
    Column("access_until", Instant, nullable=False, doc="wall clock"),
    Column("refresh_until", Instant, nullable=False, doc="wall clock"),
    Column("generation", Integer, nullable=False, doc="grows with each new pair of tokens"),
    Column("holder", String(32), doc="who refreshes now"),
    Column("held_until", Instant, doc="wall clock; then somebody else may"),
    Column("is_in_doubt", Boolean, nullable=False, doc="a refresh left and no answer was kept"),
    Column("ended_at", Instant, doc="the login refused the refresh token"),
    Column("connected_at", Instant, nullable=False),
)

hooks = Table(
    "hooks",
    metadata,
    Column("vendor", String(40), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("subscription_id", String(64), nullable=False),
    Column("target_url", String(240), nullable=False),
    Column("sealed", LargeBinary, nullable=False, doc="the secret it is signed with"),
    Column("subscribed_at", Instant, nullable=False),
)
