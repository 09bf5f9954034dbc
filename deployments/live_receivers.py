"""Each clinic's receiver by its file as it stands; by the last sound one while it is broken."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping

from data_contracts.errors import UserError
from portal.inbound import ClinicReceiver
from tasks.room import Room, reread

log = logging.getLogger(__name__)
Make = Callable[[Room], ClinicReceiver]


class LiveReceivers(Mapping[str, ClinicReceiver]):
    """By slug; each look costs one look at the clinic's file, and an edit one reading of it."""

    def __init__(self, made: Mapping[str, tuple[Room, Make]]) -> None:
        self._live = {slug: _Live(here, make) for slug, (here, make) in made.items()}

    def __getitem__(self, slug: str) -> ClinicReceiver:
        return self._live[slug].now()

    def __iter__(self) -> Iterator[str]:
        return iter(self._live)

    def __len__(self) -> int:
        return len(self._live)


class _Live:
    def __init__(self, here: Room, make: Make) -> None:
        self._here, self._make = here, make
        self._made = make(here)
        self._tried = here.stamp
        self._guard = threading.Lock()

    def now(self) -> ClinicReceiver:
        # Whoever comes while it is read waits: by the old file a new secret would be refused.
        if self._here.stamp_now() != self._tried:
            with self._guard:
                if (stamp := self._here.stamp_now()) != self._tried:
                    self._renew()
                    self._tried = stamp
        return self._made

    def _renew(self) -> None:
        slug = self._here.clinic.slug
        try:
            here = reread(self._here)
            self._here, self._made = here, self._make(here)
        except UserError as error:
            log.error("clinic %s: goes on as it was; %s", slug, error)
        else:
            log.info("clinic %s: goes by its edited file", slug)
