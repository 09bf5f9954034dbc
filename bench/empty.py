"""The least that Prefect can run: what a flow's start is compared with."""

from prefect import flow, task


@task
def nothing() -> None:
    """One empty task."""


@flow
def empty(clinic: str, now: str | None = None) -> None:
    """One empty flow, with our flows' parameters."""
    nothing()
