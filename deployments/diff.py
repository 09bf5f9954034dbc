"""What differs between the clinic files and what a Prefect server has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from deployments.render import Entry

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

PAGE = 200
OURS = "ptclinic"


@dataclass(frozen=True)
class Deployed:
    """A deployment of ours as the server knows it."""

    id: UUID
    entrypoint: str
    name: str
    version: str


@dataclass(frozen=True)
class Difference:
    """What a deploy would do."""

    created: list[Entry]
    changed: list[Entry]
    unchanged: list[Entry]
    pruned: list[Deployed]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.created or self.changed or self.pruned)

    def summary(self) -> dict[str, list[str]]:
        """The names of each kind, as `clinic flow`."""
        kinds: dict[str, list[Entry] | list[Deployed]] = {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "pruned": self.pruned,
        }
        return {
            kind: [f"{one.name} {one.entrypoint.rpartition('.')[2]}" for one in ones]
            for kind, ones in kinds.items()
        }


def compare(entries: list[Entry], deployed: list[Deployed], only: set[str]) -> Difference:
    """The difference; with `only`, clinics not named are left alone."""
    known = {(d.entrypoint, d.name): d for d in deployed}
    wanted = {entry.key for entry in entries}
    chosen = [entry for entry in entries if not only or entry.name in only]
    old = [entry for entry in chosen if entry.key in known]
    return Difference(
        created=[entry for entry in chosen if entry.key not in known],
        changed=[entry for entry in old if known[entry.key].version != entry.version],
        unchanged=[entry for entry in old if known[entry.key].version == entry.version],
        pruned=[d for k, d in known.items() if k not in wanted and (not only or d.name in only)],
    )


def read_deployed(client: "SyncPrefectClient") -> list[Deployed]:
    """Every deployment of ours on the server."""
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags

    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
    found: list[Deployed] = []
    while True:
        page = client.read_deployments(deployment_filter=ours, limit=PAGE, offset=len(found))
        found += [Deployed(d.id, d.entrypoint or "", d.name, d.version or "") for d in page]
        if len(page) < PAGE:
            return found
