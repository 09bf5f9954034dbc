"""Why the user says that their role must not stop them, from the option to the door."""

from contextvars import ContextVar

BREAK_GLASS: ContextVar[str | None] = ContextVar("BREAK_GLASS", default=None)
"""What stands after `--break-glass`; None for everyday work."""
