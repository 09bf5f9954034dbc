"""Jane: the clinic's book over the partner API, which reads and does not write.

One-on-one appointments only: Jane leaves classes and groups out of its list. What changes is
announced by webhooks, but for no-shows and arrivals, which only a look at the list shows.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.errors import ConnectorError, Unconfirmed
from connectors.http import VendorClient, as_object
from connectors.practice.base import Snapshot, Watermark
from connectors.practice.jane_codes import VENDOR, error_code
from connectors.practice.jane_fetch import APPOINTMENTS, PATIENTS, Fetch
from connectors.practice.jane_keeper import Bearer, Keeper
from connectors.practice.jane_list import Lists
from connectors.practice.jane_nouns import last_known, visit_of
from connectors.practice.jane_payloads import Appointment, Named
from connectors.practice.jane_webhook import TOPICS
from connectors.practice.read_only import ReadOnlyBook
from data_contracts.capabilities import CAPABILITIES, Capabilities
from data_contracts.grant import Hook
from data_contracts.visit import Visit

API_VERSION = "2026-01-01"
_HOOKS = "webhooks"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Jane(ReadOnlyBook):
    """A PracticeSystem on one clinic's Jane; `clinic_url` is the clinic's own address there.

    Jane allows 100 requests a minute for each list, and 600 in five minutes for all together.
    """

    vendor, name = VENDOR, "Jane's API"

    def __init__(
        self,
        clinic_url: str,
        keeper: Keeper,
        *,
        api_version: str = API_VERSION,
        requests_per_minute: float = 90,
        sandbox: bool = False,
        timeout: float = 20.0,
    ) -> None:
        self._keeper = keeper
        self._client = VendorClient(
            VENDOR,
            f"{clinic_url.rstrip('/')}/api/{quote(api_version, safe='-')}",
            sandbox=sandbox,
            auth=Bearer(keeper),
            requests_per_minute=requests_per_minute,
            timeout=timeout,
            error_code=error_code,
        )

    @property
    def capabilities(self) -> Capabilities:
        """Reading and webhooks; changes show at once, no-shows and arrivals at the next fetch."""
        return CAPABILITIES[VENDOR]

    def fetch(
        self, since: Watermark | None, now: datetime, horizon: timedelta | None = None
    ) -> Snapshot:
        """All changes since `since` (None: all); with `horizon` also every visit until then."""
        return Fetch(self._client, since, now).snapshot(horizon)

    def announced(self, visit_ids: set[str], now: datetime) -> Snapshot:
        """What webhooks named, as it stands now, with the patients; the book's age stays."""
        return Fetch(self._client, None, now).announced(visit_ids)

    def visit(self, source_id: str) -> Visit | None:
        """One visit as it stands now; None when there is none, or only a time that is held."""
        # By the filter of the list: what a 404 looks like is not public, an empty list is.
        if not _UUID.fullmatch(source_id):
            return None
        found = Lists(self._client).among(APPOINTMENTS, {source_id})
        if not found:
            return None
        try:
            row = Appointment.model_validate(found[0])
            return visit_of(row, self._treatments(), last_known(row))
        except ValueError:
            # `from None`: what pydantic says may quote the row.
            raise Unconfirmed(VENDOR, "shows a visit that cannot be read.", code="row") from None

    def subscribe(self, url: str) -> list[Hook]:
        """Subscribe to all topics at our address; older subscriptions, whose secrets nobody can
        read again, are taken down before. Raises ConnectorError."""
        for row in self._subscriptions():
            if row.get("event_topic") in TOPICS:
                self._client.send("DELETE", f"{_HOOKS}/{quote(str(row.get('id')), safe='')}")
        return [self._subscribed(topic, url) for topic in TOPICS]

    def company(self) -> str:
        """The clinic's name at Jane: what a person compares before going on."""
        return str(as_object(VENDOR, self._client.get("company")).get("name") or "")

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether the clinic is connected, each list can be read, and all topics come to us."""
        try:
            self._keeper.access()
        except ConnectorError as error:
            return [(f"{VENDOR} connection", False, str(error))]
        lists = ("locations", "staff_members", "treatments", PATIENTS, APPOINTMENTS)
        rows = [(f"{VENDOR} connection", True, "")]
        return [*rows, *(self._can_read(one) for one in lists), self._hears()]

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()
        self._keeper.close()

    def _treatments(self) -> dict[str, str]:
        rows = Lists(self._client).every("treatments")
        return {one.id: one.title for one in map(Named.model_validate, rows)}

    def _subscriptions(self) -> list[dict[str, Any]]:
        rows = Lists(self._client).every(_HOOKS)
        return [row for row in rows if isinstance(row, dict)]

    def _subscribed(self, topic: str, url: str) -> Hook:
        body = {"event_topic": topic, "target_url": url}
        made = as_object(VENDOR, self._client.send("POST", _HOOKS, body))
        own, secret = made.get("id"), made.get("secret")
        if not isinstance(own, str) or not isinstance(secret, str):
            raise Unconfirmed(VENDOR, "subscribed without a secret. Try again.", code="no_secret")
        return Hook(topic, own, url, secret)

    def _can_read(self, resource: str) -> tuple[str, bool, str]:
        name = f"{VENDOR} {resource}"
        try:
            answer = as_object(VENDOR, self._client.get(resource, [("page[limit]", "1")]))
        except ConnectorError as error:
            return name, False, str(error)
        return name, "items" in answer, "" if "items" in answer else "No list. Check base_url."

    def _hears(self) -> tuple[str, bool, str]:
        name = f"{VENDOR} webhooks"
        try:
            rows = self._subscriptions()
        except ConnectorError as error:
            return name, False, str(error)
        heard = {row.get("event_topic") for row in rows if row.get("status") == "active"}
        missing = [topic for topic in TOPICS if topic not in heard]
        if len(missing) == len(TOPICS):
            words = "None: changes are seen every quarter of an hour. Set channels.public_url and"
            return name, True, f"{words} connect again to see them at once."
        advice = f"Missing: {', '.join(missing)}. Connect again." if missing else ""
        return name, not missing, advice
