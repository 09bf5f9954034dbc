"""What Prefect's feed shows and its triggers hear of a clinic: names of events, ids, counts.

The one place that knows Prefect's events. They are a hint for whoever watches and for flows that
follow; nothing is kept by them alone.
"""

from collections.abc import Sequence
from typing import Any

from prefect.events import emit_event
from prefect.settings import PREFECT_API_URL

_MOST_IDS = 500


def tell(slug: str, happened: str, ids: Sequence[str] = (), count: int | None = None) -> None:
    """Emit `ptclinic.HAPPENED` about a clinic; `ids` are our own random ones, never a vendor's.

    Returns at once and raises nothing. Without a server there is nobody to tell.
    """
    if PREFECT_API_URL.value():
        emit_event(**event_of(slug, happened, ids, count))


def event_of(
    slug: str, happened: str, ids: Sequence[str] = (), count: int | None = None
) -> dict[str, Any]:
    """The event as Prefect gets it."""
    return {
        "event": f"ptclinic.{happened}",
        "resource": {"prefect.resource.id": clinic_resource(slug), "prefect.resource.name": slug},
        "related": [
            {"prefect.resource.id": f"prefect.tag.clinic:{slug}", "prefect.resource.role": "tag"}
        ],
        "payload": {"count": len(ids) if count is None else count, "ids": list(ids[:_MOST_IDS])},
    }


def clinic_resource(slug: str) -> str:
    """What a clinic is called in events and in the `match` of a trigger."""
    return f"ptclinic.clinic.{slug}"
