"""The pages of the board in the order of a morning, each behind its right."""

from data_contracts.right import Right

WAYS = (("tasks", "Tasks", Right.LIST_TASKS),)
FIRST = WAYS[0][0]
"""Where a sign-in leads to."""
