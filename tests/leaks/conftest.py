"""A Prefect server of its own, so that its whole database may be read."""

from tests.flows.conftest import prefect_server

__all__ = ["prefect_server"]
