"""A carrier that asked to wait: until then nothing more is asked of it, by this run or the next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data_contracts.message import Channel
from ledger.records import cursors_of, set_cursor


def pause_key(channel: Channel) -> str:
    """The cursor that holds a channel's pause."""
    return f"paused:{channel.value}"


PAUSES = tuple(pause_key(channel) for channel in Channel)


def set_pause(con: Connection, channel: Channel, until: datetime | None, now: datetime) -> None:
    """Ask nothing of the channel's carrier until then (business time); None ends the pause."""
    set_cursor(con, pause_key(channel), until.isoformat() if until else None, now)


def pauses(con: Connection) -> dict[Channel, datetime]:
    """The channels whose carrier asked to wait and took nothing since; some waits may be over."""
    return paused(cursors_of(con, PAUSES))


def paused(said: Mapping[str, Any]) -> dict[Channel, datetime]:
    """The same, of cursors that were read already."""
    return {
        channel: datetime.fromisoformat(said[pause_key(channel)])
        for channel in Channel
        if said.get(pause_key(channel))
    }
