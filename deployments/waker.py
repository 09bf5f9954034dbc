"""The process beside the receiver that wakes the work: `python -m deployments.waker`.

It reads slugs, one a line. Prefect's import, threads and failures stay out of the receiver's
process, whose answers to carriers must not wait for any of them. It ends when its input closes.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from portal.waking import Waking
from tasks.feed import tell

_SURE_FOR = 5.0
"""Seconds for which a process that was seen attending is taken to be there."""
_SOON = timedelta(minutes=5)


class Waker:
    """Wakes a clinic's work by the background task where one is served, else by a flow run."""

    def __init__(self) -> None:
        self._seen = -_SURE_FOR
        self._keys: dict[str, str] = {}

    def wake(self, slug: str) -> None:
        """Raises whatever Prefect raises where it does not answer; to be tried again then."""
        if self._is_attended():
            from tasks.attending import attend

            attend.delay(slug)
        else:
            self._start_run(slug)
        tell(slug, "inbox.received")

    def _is_attended(self) -> bool:
        from prefect.client.orchestration import get_client

        from tasks.attending import attend

        now = time.monotonic()
        if now - self._seen >= _SURE_FOR:
            with get_client(sync_client=True) as client:
                wanted = {"task_worker_filter": {"task_keys": [attend.task_key]}}
                answer = client.request("POST", "/task_workers/filter", json=wanted)
                if answer.json():
                    self._seen = now
        return now - self._seen < _SURE_FOR

    def _start_run(self, slug: str) -> None:
        """At most one run waits to begin: it will find everything that came in until then."""
        from prefect.deployments import run_deployment

        if _is_run_waiting(slug):
            return
        # Kept until it was heard: an answer that was lost makes no second run.
        key = self._keys.setdefault(slug, f"{slug}:{uuid4().hex}")
        run_deployment(
            f"patient-replies/{slug}",
            parameters={"clinic": slug},
            timeout=0,
            as_subflow=False,
            idempotency_key=key,
        )
        del self._keys[slug]


def _is_run_waiting(slug: str) -> bool:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType

    state = filters.FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])
    # One that waits for longer may have lost its worker, and would keep others from beginning.
    recent = filters.FlowRunFilterExpectedStartTime(after_=datetime.now(UTC) - _SOON)
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(
            flow_filter=filters.FlowFilter(name=filters.FlowFilterName(any_=["patient-replies"])),
            deployment_filter=filters.DeploymentFilter(
                name=filters.DeploymentFilterName(any_=[slug])
            ),
            flow_run_filter=filters.FlowRunFilter(
                state=filters.FlowRunFilterState(type=state), expected_start_time=recent
            ),
            limit=1,
        )
    return bool(found)


def main() -> None:
    """Wake until the input closes."""
    # What is coalesced here already came spaced; this one only tries again what failed.
    waking = Waking(Waker().wake)
    for line in sys.stdin:
        waking.note(line.strip())


if __name__ == "__main__":
    main()
