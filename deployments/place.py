"""What deployments stand on at a server: the work pool and a queue per clinic."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from deployments.diff import Deployed

POOL = "clinics"


def ensure_pool(client: "SyncPrefectClient") -> None:
    """Creates the work pool where there is none."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectNotFound

    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))


def prune(client: "SyncPrefectClient", gone: "Deployed") -> None:
    """Deletes a deployment; its automations first, which the server would leave behind."""
    client.delete_resource_owned_automations(f"prefect.deployment.{gone.id}")
    client.delete_deployment(gone.id)


def prune_clinic(client: "SyncPrefectClient", slug: str) -> None:
    """Deletes what a clinic leaves that no deployment needs any more: its queue."""
    from prefect.client.schemas.filters import WorkQueueFilter, WorkQueueFilterName

    name = WorkQueueFilter(name=WorkQueueFilterName(any_=[slug]))
    for queue in client.read_work_queues(work_pool_name=POOL, work_queue_filter=name):
        client.delete_work_queue_by_id(queue.id)
