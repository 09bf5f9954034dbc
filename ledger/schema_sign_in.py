"""The tables of signing in: who may, what a name failed at, who is signed in, what is lent them."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from ledger.column import Instant, metadata

users = Table(
    "users",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("name", String(32), nullable=False, unique=True, doc="what they sign in with"),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(200), nullable=False, doc="Argon2id, with its own settings"),
    Column("must_change", Boolean, nullable=False, doc="somebody else knows the password"),
    Column("totp_secret", LargeBinary, doc="ciphertext; None: no second factor"),
    Column("totp_step", Integer, nullable=False, default=0, doc="the last code's: none twice"),
    Column("created_at", Instant, nullable=False),
    Column("password_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name_index", String(64), primary_key=True, doc="keyed hash: it need be no user's"),
    Column("failures", Integer, nullable=False, doc="in a row"),
    Column("last_at", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True, doc="keyed hash of what the cookie holds"),
    Column("user_id", String(32), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

session_grants = Table(
    "session_grants",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("right", String(32), primary_key=True, doc="beyond the role, in an emergency"),
    Column("until", Instant, nullable=False),
)
