"""Cliniko: the clinic's book over its REST API v1.

Any server that follows Cliniko's published OpenAPI document can stand behind `base_url`.
Individual appointments only; classes (group appointments) are not visits.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.errors import ConnectorError, NotSupported, Rejected, Unauthorized, Unconfirmed
from connectors.http import VendorClient, as_object
from connectors.practice.base import Expected, InsuranceReading, Snapshot, Watermark
from connectors.practice.cliniko_codes import CANCEL_REASONS, CHANNEL_CODE, error_code, shard_of
from connectors.practice.cliniko_fetch import PATIENTS, Fetch
from connectors.practice.cliniko_insurance import fetch_insurance
from connectors.practice.cliniko_list import HIDDEN, Lists
from connectors.practice.cliniko_payloads import linked_id
from connectors.practice.cliniko_reader import APPOINTMENTS, ARCHIVED, ATTENDEES, Manner, Reader
from connectors.practice.payload import moment_of, own_id
from data_contracts.capabilities import CAPABILITIES, Capabilities
from data_contracts.errors import UserError
from data_contracts.visit import AvailableTime, Visit

VENDOR = "cliniko"
_WEEK = timedelta(days=7)


class Cliniko:
    """A PracticeSystem on one Cliniko account.

    `api_key` carries the shard; its user's rights are ours, so make it an administrator. `contact`
    is the e-mail that Cliniko wants in every request. Cliniko allows 200 requests a minute.
    """

    def __init__(
        self,
        api_key: str,
        contact: str,
        base_url: str | None = None,
        user_agent_name: str = "ptclinic",
        requests_per_minute: float = 150,
        sandbox: bool = False,
        manner: Manner | None = None,
        timeout: float = 20.0,
    ) -> None:
        self._manner = manner or Manner()
        self._client = VendorClient(
            VENDOR,
            base_url or _home(api_key),
            sandbox=sandbox,
            headers={"User-Agent": _user_agent(user_agent_name, contact)},
            auth=(api_key, ""),
            requests_per_minute=requests_per_minute,
            timeout=timeout,
            error_code=error_code,
        )
        self._lists = Lists(self._client)

    @property
    def capabilities(self) -> Capabilities:
        """Everything but webhooks and a waiting list; changes show at once."""
        return CAPABILITIES[VENDOR]

    def fetch(
        self, since: Watermark | None, now: datetime, horizon: timedelta | None = None
    ) -> Snapshot:
        """All changes since `since` (None: all); with `horizon` also every visit until then."""
        return Fetch(self._lists, self._manner, since, now).snapshot(horizon)

    def fetch_insurance(self, since: Watermark | None, now: datetime) -> InsuranceReading:
        """The cards in patients' custom fields. Raises NotSupported where nobody said which."""
        if self._manner.card is None:
            words = "keeps no insurance. Name practice.card in the clinic file."
            raise NotSupported(VENDOR, words, code="no_card_fields")
        return fetch_insurance(self._lists, self._manner, self._manner.card, since, now)

    def visit(self, source_id: str) -> Visit | None:
        """One visit as it stands now; None when there is none."""
        path = _path(APPOINTMENTS, source_id)
        try:
            row = self._client.get(path, [("q[]", one) for one in HIDDEN])
        except Rejected as refused:
            if refused.code == "404":
                return None
            raise
        return self._visit_of(row)

    def available_times(
        self, practitioner: str, visit_type: str, location: str, first: date, last: date
    ) -> list[AvailableTime]:
        """Openings on the clinic's days `first` to `last`; `first` not before today.

        Cliniko shows what its online booking shows, which is less than the staff may book.
        """
        kind = self._type_id(visit_type)
        path = _path("businesses", location, "practitioners", practitioner)
        path += "/" + _path("appointment_types", kind, "available_times")
        found: set[datetime] = set()
        while first <= last:
            until = min(last, first + _WEEK - timedelta(days=1))
            days = (("from", first.isoformat()), ("to", until.isoformat()))
            listing = self._lists.every("available_times", path=path, extra=days, key=_start)
            found |= {at for row in listing if (at := moment_of(row, "appointment_start"))}
            first += _WEEK
        return [
            AvailableTime(practitioner_source_id=practitioner, starts_at=at.astimezone(UTC))
            for at in sorted(found)
        ]

    def book(
        self,
        patient: str,
        practitioner: str,
        visit_type: str,
        location: str,
        starts_at: datetime,
        note: str = "",
    ) -> Visit:
        """Book a visit; one that clashes is archived again. Raises Rejected(code="conflict")."""
        body = {
            "appointment_type_id": self._type_id(visit_type),
            "business_id": location,
            "practitioner_id": practitioner,
            "patient_id": patient,
            "starts_at": _moment(starts_at),
            "notes": note or None,
        }
        row = self._client.send("POST", APPOINTMENTS, body)
        source_id = own_id(row)
        if source_id is None:
            raise Unconfirmed(VENDOR, "booked without an id. Look at the book.", code="no_id")
        self._undo_if_taken(source_id, "POST", _path(APPOINTMENTS, source_id, "archive"), None)
        return self._changed(row)

    def move(
        self,
        source_id: str,
        starts_at: datetime,
        practitioner: str | None = None,
        expected: Expected | None = None,
    ) -> Visit:
        """Move a visit, length kept; one that clashes goes back. Raises Rejected("conflict").

        Cliniko takes no condition with a change, so `expected` is looked at the moment before: what
        a person changes in those milliseconds is overwritten.
        """
        path = _path(APPOINTMENTS, source_id)
        before = self._as_expected(source_id, expected)
        length = before.ends_at - before.starts_at if before.ends_at else None
        body = _place(starts_at, length, practitioner)
        back = _place(before.starts_at, length, practitioner and before.practitioner_source_id)
        row = self._client.send("PATCH", path, body)
        self._undo_if_taken(source_id, "PATCH", path, back)
        return self._changed(row)

    def cancel(
        self, source_id: str, reason_code: str, note: str = "", expected: Expected | None = None
    ) -> None:
        """Cancel a visit, not its repeats, for one of our reason codes."""
        if reason_code not in CANCEL_REASONS:
            known = ", ".join(CANCEL_REASONS)
            raise Rejected(VENDOR, f"needs a reason out of: {known}.", code="reason_unknown")
        if expected is not None:
            self._as_expected(source_id, expected)
        body = {
            "cancellation_reason": CANCEL_REASONS[reason_code],
            "cancellation_note": note or None,
            "apply_to_repeats": False,
        }
        self._client.send("PATCH", _path(APPOINTMENTS, source_id, "cancel"), body)

    def clashes(self, source_id: str) -> bool:
        """Whether a visit stands where another does; Cliniko accepts that and tells it later."""
        answer = self._client.get(_path(APPOINTMENTS, source_id, "conflicts"))
        conflicts = as_object(VENDOR, answer).get("conflicts")
        return isinstance(conflicts, dict) and bool(conflicts.get("exist"))

    def set_attendance(self, source_id: str, arrived: bool | None) -> None:
        """Say on the visit's attendee whether the patient came; None takes the mark away."""
        rows = self._attendees(source_id)
        attendee = next(filter(None, map(own_id, rows)), None)
        if attendee is None:
            raise Rejected(VENDOR, "knows no attendee of this visit.", code="no_attendee")
        self._client.send("PATCH", _path(ATTENDEES, attendee), {"arrived": arrived})

    def log_message(self, patient_source_id: str, channel: str, text: str, at: datetime) -> None:
        """File a memo of what was sent; memos have no time of their own, so the text says it."""
        body = {
            "patient_id": patient_source_id,
            "category_code": 12,
            "type_code": CHANNEL_CODE.get(channel, 4),
            "direction_code": 1,
            "content": f"[{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC] {text}",
        }
        self._client.send("POST", "communications", body)

    def has_note(self, patient_source_id: str, reference: str) -> bool:
        """Whether a memo of the patient holds these words; a lost answer is looked up so."""
        whose = {patient_source_id}
        memos = self._lists.among("communications", "patient_id", whose, _of_patient, ARCHIVED)
        return any(reference in str(row.get("content") or "") for row in memos)

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether each list we need can be read with this key."""
        needed = ("businesses", "practitioners", "appointment_types", PATIENTS)
        return [self._can_read(one) for one in (*needed, APPOINTMENTS, ATTENDEES)]

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _can_read(self, resource: str) -> tuple[str, bool, str]:
        name = f"{VENDOR} {resource}"
        try:
            answer = as_object(VENDOR, self._client.get(resource, [("per_page", "1")]))
        except ConnectorError as error:
            return name, False, str(error)
        return name, resource in answer, "" if resource in answer else "No list. Check base_url."

    def _visit_of(self, row: Any) -> Visit:
        source_id = own_id(row) or ""
        reader = Reader(self._lists, self._manner, whole=False)
        attendees = self._attendees(source_id) if source_id else []
        made = reader.visits_of([row], attendees, self._types())
        if not made:
            raise Unconfirmed(VENDOR, "shows a visit that cannot be read. Look at it.", code="row")
        return made[0]

    def _changed(self, row: Any) -> Visit:
        """What a change left. Raises Unconfirmed where it cannot be read: it did happen."""
        try:
            return self._visit_of(row)
        except ConnectorError as error:
            words = "changed the book, and does not show the visit. Look."
            raise Unconfirmed(VENDOR, words, code=error.code) from None

    def _as_expected(self, source_id: str, expected: Expected | None) -> Visit:
        before = self.visit(source_id)
        if before is None:
            raise Rejected(VENDOR, "has no such visit. Fetch again.", code="404")
        if expected is not None and not expected.is_still(before):
            raise Rejected(VENDOR, "shows a newer change. A person decides.", code="changed")
        return before

    def _attendees(self, source_id: str) -> list[Any]:
        path = _path(APPOINTMENTS, source_id, ATTENDEES)
        return list(self._lists.every(ATTENDEES, HIDDEN, path=path))

    def _types(self) -> dict[str, str]:
        reader = Reader(self._lists, self._manner, whole=False)
        kinds = reader.named("appointment_types", ARCHIVED)
        return {one.id: one.title for one in kinds}

    def _type_id(self, visit_type: str) -> str:
        found = [own for own, name in self._types().items() if name == visit_type]
        if not found:
            raise Rejected(VENDOR, "has no such visit type. Check its name.", code="type_unknown")
        return found[0]

    def _undo_if_taken(
        self, source_id: str, method: str, path: str, body: dict[str, Any] | None
    ) -> None:
        """Cliniko accepts a clash and tells it afterwards, so we look, and take ours back."""
        try:
            if not self.clashes(source_id):
                return
            self._client.send(method, path, body)
        except ConnectorError:
            raise Unconfirmed(
                VENDOR, "changed the book, and a clash is not ruled out. Look.", code="undo_failed"
            ) from None
        raise Rejected(VENDOR, "already has a visit then. Offer another time.", code="conflict")


def _home(api_key: str) -> str:
    shard = shard_of(api_key)
    if shard is None:
        raise Unauthorized(VENDOR, "keys end like -au1. Copy the key again, whole.", code="shard")
    return f"https://api.{shard}.cliniko.com/v1"


def _user_agent(name: str, contact: str) -> str:
    both = name + contact
    if "@" not in contact or not both.isascii() or not both.isprintable() or "(" in both:
        raise UserError("Cliniko wants a contact e-mail in every request. Set one.")
    return f"{name} ({contact})"


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)


def _place(
    starts_at: datetime, length: timedelta | None, practitioner: str | None
) -> dict[str, Any]:
    body = {"starts_at": _moment(starts_at)}
    if length is not None:
        body["ends_at"] = _moment(starts_at + length)
    return body | ({"practitioner_id": practitioner} if practitioner else {})


def _of_patient(row: Any) -> str | None:
    return linked_id(row.get("patient")) if isinstance(row, dict) else None


def _start(row: Any) -> str | None:
    start = row.get("appointment_start") if isinstance(row, dict) else None
    return start if isinstance(start, str) else None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
