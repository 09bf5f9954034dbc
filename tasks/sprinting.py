"""A sprint's course: begun, frozen, moved on, closed; each act written down with who did it."""

from sqlalchemy import Connection

from ledger.sprints import all_sprints, steps_of
from rules.assignment import Draw, draw_of
from rules.sprint_course import course


def draw_now(con: Connection) -> Draw:
    """By what arms are drawn in this transaction."""
    return draw_of([(one, course(steps_of(con, one.name))) for one in all_sprints(con)])
