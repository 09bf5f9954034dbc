"""Watch what texting costs: the month's cap, and the carrier's account before it is empty."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data_contracts.message import Channel, Reason
from ledger import records
from ledger.candidates import spent_this_month
from tasks.room import Room

if TYPE_CHECKING:
    from tasks.dispatch import Carriers

_LOOK_EVERY = timedelta(hours=1)
_WARN_AT = 0.8
"""Of the month's cap: early enough to raise it before anything is held."""
_LOOKED = "balance_read_at"


def watch_spending(here: Room, carriers: "Carriers", now: datetime) -> dict[str, int]:
    """Ask a person where a cap is near or an account low: once a month, once a day."""
    found = {"caps_near": _caps(here, now)}
    if _is_due(here, now):
        found["balances_low"] = _balances(here, carriers, now)
    return found


def _caps(here: Room, now: datetime) -> int:
    asked = 0
    with here.ledger.write() as con:
        spent = spent_this_month(con, now)
        for channel in (Channel.SMS, Channel.VOICE):
            part = here.clinic.channels.priced(channel)
            cap = part.spend_cap_cents_month if part else None
            if part is None or cap is None:
                continue
            cents, open_ones = spent.get(channel, (0.0, 0))
            if cents + open_ones * part.price_cents >= _WARN_AT * cap:
                detail = {"channel": channel.value, "of_cap_cents": cap}
                key = f"spend|{channel}|{now:%Y-%m}"
                asked += records.ask_to_mend(con, Reason.SPEND_CAP, detail, key, now)
    return asked


def _is_due(here: Room, now: datetime) -> bool:
    with here.ledger.write() as con:
        last = records.cursor(con, _LOOKED)
        is_due = last is None or now - datetime.fromisoformat(last) >= _LOOK_EVERY
        if is_due:
            records.set_cursor(con, _LOOKED, now.isoformat(), now)
    return is_due


def _balances(here: Room, carriers: "Carriers", now: datetime) -> int:
    from connectors.errors import ConnectorError
    from connectors.messaging.base import Prepaid

    sms, carrier = here.clinic.channels.sms, carriers.get(Channel.SMS)
    if sms is None or not isinstance(carrier, Prepaid):
        return 0
    try:
        amount, currency = carrier.balance()
    except ConnectorError:
        return 0  # a carrier that refuses us is told of by dispatch
    if amount >= sms.low_balance:
        return 0
    with here.ledger.write() as con:
        detail = {"vendor": sms.vendor, "left": f"{amount:.2f} {currency}"}
        cause = f"balance|{sms.vendor}|{now.date()}"
        return records.ask_to_mend(con, Reason.LOW_BALANCE, detail, cause, now)
