"""Let somebody in by their role, or past it in an emergency that everybody sees."""

import json
from datetime import datetime

from data_contracts.deed import Act, Deed
from data_contracts.errors import GateClosed
from data_contracts.message import Reason
from data_contracts.right import Right
from ledger import records
from ledger.audit import record
from rules.access import may
from tasks.room import Room

_LONGEST = 120


class NotAllowed(GateClosed):
    """The role does not cover the act."""


def admit(here: Room, right: Right, break_glass: str | None, wall: datetime) -> None:
    """Let who acts do it; else write down that they asked. Raises NotAllowed.

    `break_glass`: why it must be done all the same; the audit and the call list say so first.
    """
    actor = here.ledger.actor
    if may(actor.role, right):
        return
    reason = (break_glass or "").strip()
    with here.ledger.write() as con:
        if reason:
            detail = json.dumps({"role": actor.role.value, "what": right.value})
            records.add_staff_task(
                con,
                kind="review_access",
                reason=Reason.EMERGENCY_ACCESS.value,
                detail=detail,
                due_at=wall,
                now=wall,
                dedupe_key=f"access|{actor.who}|{right}|{wall.isoformat()}",
            )
        deed, why = (Deed.GLASS_BROKEN, reason) if reason else (Deed.ACCESS_REFUSED, "no right")
        record(here.ledger, con, [Act(deed, right.value, why[:_LONGEST])])
    if not reason:
        raise refusal(here.clinic.slug, actor.role, right)


def refusal(slug: str, role: str, right: Right) -> NotAllowed:
    """What is said to whoever may not."""
    return NotAllowed(
        f"{slug}: the role {role} may not do this ({right}); PTCLINIC_ROLE says the role. In an "
        "emergency: `ptclinic --break-glass REASON ...`, which the audit and the call list show"
    )
