"""Who sits before a page: a session's user, their role, and what an emergency lent them."""

from dataclasses import dataclass, replace

from data_contracts.deed import Actor, Role
from data_contracts.right import Right
from rules.access import may
from tasks.room import Room


@dataclass(frozen=True)
class Visitor:
    """A signed-in user; `lent` are rights beyond the role, for a while."""

    user_id: str
    name: str
    role: Role
    session: str
    must_change: bool = False
    has_second_factor: bool = False
    lent: frozenset[Right] = frozenset()

    def may(self, right: Right) -> bool:
        """Whether the role covers it, or an emergency does."""
        return may(self.role, right) or right in self.lent


def room_of(here: Room, visitor: Visitor) -> Room:
    """The clinic's room in which the audit names this visitor."""
    who = Actor(f"{visitor.name} (board)", visitor.role)
    return replace(here, ledger=replace(here.ledger, actor=who))
