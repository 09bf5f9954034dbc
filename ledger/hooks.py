"""Webhooks that a practice system sends us, each with the secret that it is signed with."""

from datetime import datetime

from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.grant import Hook
from ledger.audit import record
from ledger.schema_grant import hooks
from ledger.store import Ledger, upsert


def keep_hook(ledger: Ledger, con: Connection, vendor: str, hook: Hook, now: datetime) -> None:
    """Keep one subscription; a second of its topic takes the place of the first."""
    row = {
        "vendor": vendor,
        "topic": hook.topic,
        "subscription_id": hook.subscription_id,
        "target_url": hook.target_url,
        "sealed": ledger.seal_text(hook.secret, _about(vendor, hook.topic)),
        "subscribed_at": now,
    }
    upsert(con, hooks, [row], ["vendor", "topic"])
    record(ledger, con, [Act(Deed.WEBHOOK_SUBSCRIBED, vendor, hook.topic)])


def hooks_of(ledger: Ledger, con: Connection, vendor: str) -> list[Hook]:
    """Every subscription, with its secret: what a receiver checks signatures with."""
    query = select(hooks).where(hooks.c.vendor == vendor).order_by(hooks.c.topic)
    return [
        Hook(
            topic=row.topic,
            subscription_id=row.subscription_id,
            target_url=row.target_url,
            secret=ledger.unseal_text(row.sealed, _about(vendor, row.topic)),
        )
        for row in con.execute(query)
    ]


def _about(vendor: str, topic: str) -> str:
    return f"hook|{vendor}|{topic}"
