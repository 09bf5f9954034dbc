"""What every table of the ledger is made of: the metadata, and instants both engines compare."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, MetaData, String, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, stored as sortable text so that both engines compare it alike."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the ledger takes aware times only")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()
