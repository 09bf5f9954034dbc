"""What would become of every rung of every visit: the ladder, the outbox and the gates, read only.

A rung whose moment has come is judged now. One whose moment is still to come is judged as of that
moment, with a book that was read in time; what it would send counts against the patient's caps.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.dialogue import Topic
from data_contracts.message import REASON_WORDS, Channel, MessageStatus, Purpose, Reason, RiskTier
from data_contracts.outbox import (
    BookedVisit,
    Candidate,
    Decision,
    Named,
    Naming,
    PlannedMessage,
)
from data_contracts.visit import VisitStatus
from ledger.candidates import candidates, counts_for, held_to
from ledger.people import contact
from ledger.schema import messages, patients, visits
from rules.blinding import shown_reason, shown_tier
from rules.fallback import bought_by_risk
from rules.gates import decide, names
from rules.ladder import plan_book
from tasks.planning import booked_visits, patient_reaches, planned_confirmations
from tasks.room import Room

_PASSES = frozenset({Reason.QUIET_HOURS, Reason.DAILY_CAP, Reason.WEEKLY_CAP})
"""What time alone undoes; the other gates wait for a person or for the next reading."""
_AT_ONCE = 500


class _Sent:
    """What would go before the case at hand: against whose caps it counts, and what it names."""

    def __init__(self) -> None:
        self._sent: defaultdict[str, dict[tuple[str, str], datetime]] = defaultdict(dict)
        self._namings: defaultdict[str, list[Naming]] = defaultdict(list)

    def seen_by(self, candidate: Candidate, whose: Iterable[str]) -> Candidate:
        """The candidate as it would stand then."""
        others = {key: at for one in whose for key, at in self._sent[one].items()}
        namings = self._namings[candidate.visit_id]
        return replace(
            candidate,
            sent_on=(*candidate.sent_on, *others.values()),
            named_by=(*candidate.named_by, *namings),
        )

    def add(
        self, key: tuple[str, str], whose: Iterable[str], named: Iterable[Named], at: datetime
    ) -> None:
        """One more would go: the rung and visit, and the other visits that it names."""
        for one in whose:
            self._sent[one][key] = at
        for visit in named:
            said = Naming(key[1], MessageStatus.ACCEPTED, at)
            self._namings[visit.visit_id].append(said)


@dataclass(frozen=True, slots=True)
class Prospect:
    """One rung of one visit. `goes_at`: when it would leave; None where it would not.

    `gate`: what the gates would say if it were dispatched this minute; None where it is past that.
    Nothing in it tells whether a sprint holds the visit out: people read it who would act on that.
    """

    visit_id: str
    starts_at: datetime
    tier: RiskTier | None
    rung: str
    channel: Channel
    due_at: datetime
    status: MessageStatus
    reason: Reason
    goes_at: datetime | None
    gate: Reason | None
    is_saved: bool

    @property
    def words(self) -> str:
        """The verdict as a receptionist would say it."""
        why = REASON_WORDS[self.reason]
        if self.goes_at is not None:
            act = "goes on the call list" if self.channel is Channel.STAFF else "goes out"
            return f"{act}: {why}"
        if self.status in (MessageStatus.HELD, MessageStatus.PLANNED):
            return f"waits: {why}"
        known = self.status.value.replace("_", " ")
        return f"{known}: {why}" if self.is_saved or not self.status.is_final else f"no: {why}"


_Asked = tuple[Candidate, str | None]


@dataclass(frozen=True, slots=True)
class _Row:
    """A message as the gates' reader wants it, whether or not it is in the outbox."""

    message_id: str
    purpose: str
    rung: str
    channel: str
    visit_id: str
    patient_id: str
    visit_version: int
    current_version: int
    visit_status: str
    starts_at: datetime
    useful_until: datetime
    own_reminder_sent: bool
    phone_index: str | None
    email_index: str | None
    phone_status: str | None
    zones: str | None
    erased_at: datetime | None
    state: str | None
    is_minor: bool
    topic: str | None
    due_at: datetime

    @property
    def address(self) -> str | None:
        return self.email_index if self.channel == Channel.EMAIL else self.phone_index


@dataclass(frozen=True, slots=True)
class _Case:
    """A rung of a visit, the outbox's row where there is one, and the moment that judges it."""

    visit: BookedVisit
    message: PlannedMessage
    saved: Any
    moment: datetime

    @property
    def is_open(self) -> bool:
        if self.saved is not None:
            return MessageStatus(self.saved.status).may_be_claimed
        return self.message.status is MessageStatus.PLANNED

    @property
    def is_confirmation(self) -> bool:
        return self.message.purpose is Purpose.OPT_IN and self.saved is None

    @property
    def asks_gates(self) -> bool:
        return self.is_open and self.message.channel.reaches_patient


def prospects(here: Room, con: Connection, now: datetime, last: datetime) -> list[Prospect]:
    """Every rung of the visits that start in [now, last), by the visits' time."""
    # A day more, so that a second visit on the last day finds the first.
    found = booked_visits(con, now, last + timedelta(days=1))
    told = _judged(here, con, found, now)
    return [one for one in told if one.starts_at < last]


def prospects_of(here: Room, con: Connection, visit_id: str, now: datetime) -> list[Prospect]:
    """Every rung of one visit; none where it has begun."""
    ahead = booked_visits(con, now, now + timedelta(days=400))
    of = next((one for one in ahead if one.visit_id == visit_id), None)
    theirs = [one for one in ahead if of is not None and one.patient_id == of.patient_id]
    return [one for one in _judged(here, con, theirs, now) if one.visit_id == visit_id]


def _judged(here: Room, con: Connection, found: list[BookedVisit], now: datetime) -> list[Prospect]:
    cases = sorted(_cases(here, con, found, now), key=lambda case: case.moment)
    asked = _candidates(here, con, [case for case in cases if case.asks_gates], now)
    asked = _waiting_for_theirs(cases, asked)
    sent = _Sent()
    told = [_prospect(here, case, asked.get(_key(case.message)), sent, now) for case in cases]
    order = {rung.name: place for place, rung in enumerate(here.clinic.ladder)}
    return sorted(told, key=lambda one: (one.starts_at, one.visit_id, order.get(one.rung, 99)))


def _waiting_for_theirs(
    cases: list[_Case], asked: dict[tuple[str, str], _Asked]
) -> dict[tuple[str, str], _Asked]:
    """As the gates will see it once the confirmations of opt-ins stand in the outbox."""
    theirs = {case.visit.patient_id for case in cases if case.is_confirmation}
    keys = {_key(case.message) for case in cases if case.visit.patient_id in theirs}
    return {
        key: (replace(one, awaits_confirmation=True), address) if key in keys else (one, address)
        for key, (one, address) in asked.items()
    }


def _key(message: PlannedMessage) -> tuple[str, str]:
    return message.visit_id, message.rung


def _cases(here: Room, con: Connection, found: list[BookedVisit], now: datetime) -> list[_Case]:
    reaches = patient_reaches(here.clinic, con, {visit.patient_id for visit in found}, now)
    saved = _saved(con, [visit.visit_id for visit in found])
    visits = {visit.visit_id: visit for visit in found}
    cases = []
    for message in plan_book(here.clinic, found, reaches, now):
        visit, moment = visits[message.visit_id], now
        row = saved.pop((visit.visit_id, visit.version, message.rung), None)
        if row is not None and _is_carriers(row):
            moment = max(now, row.retry_at or now)
        if row is None and message.reason is Reason.NOT_DUE and message.due_at > now:
            moment = message.due_at
            then = plan_book(here.clinic, [visit], reaches, moment)
            message = next(one for one in then if one.rung == message.rung)
        cases.append(_Case(visit, _as_saved(message, row), row, moment))
    new = [one for one in planned_confirmations(here, con, now) if one.visit_id in visits]
    cases += [_Case(visits[one.visit_id], one, None, now) for one in new]
    return cases + _beside_ladder(visits, saved, now)


def _is_carriers(row: Any) -> bool:
    # A carrier that asked to wait is not asked again before; a gate may open at any moment.
    return row.reason in (Reason.CARRIER_WAIT, Reason.CARRIER_UNAUTHORIZED)


def _as_saved(message: PlannedMessage, row: Any) -> PlannedMessage:
    return message if row is None else replace(message, channel=Channel(row.channel))


def _beside_ladder(
    visits: dict[str, BookedVisit], saved: dict[tuple[str, int, str], Any], now: datetime
) -> list[_Case]:
    """What waits in the outbox and is no rung: a new time, or a rung taken off the ladder."""
    return [
        _Case(visits[visit_id], _planned(row), row, now)
        for (visit_id, version, _), row in saved.items()
        if version == visits[visit_id].version
    ]


def _planned(row: Any) -> PlannedMessage:
    return PlannedMessage(
        visit_id=row.visit_id,
        visit_version=row.visit_version,
        patient_id=row.patient_id,
        purpose=row.purpose,
        rung=row.rung,
        channel=Channel(row.channel),
        tier=RiskTier(row.tier) if row.tier else None,
        due_at=row.due_at,
        useful_until=row.useful_until,
        status=MessageStatus(row.status),
        reason=Reason(row.reason),
        topic=Topic(row.topic) if row.topic else None,
    )


def _saved(con: Connection, visit_ids: list[str]) -> dict[tuple[str, int, str], Any]:
    found: dict[tuple[str, int, str], Any] = {}
    for start in range(0, len(visit_ids), _AT_ONCE):
        part = visit_ids[start : start + _AT_ONCE]
        query = select(messages).where(messages.c.visit_id.in_(part))
        # Of a rung that was tried by two channels the newer one is what may still happen.
        for row in con.execute(query.order_by(messages.c.planned_at, messages.c.attempts.desc())):
            found[row.visit_id, row.visit_version, row.rung] = row
    return found


def _candidates(
    here: Room, con: Connection, cases: list[_Case], now: datetime
) -> dict[tuple[str, str], _Asked]:
    query = select(
        visits.c.visit_id,
        patients.c.zones,
        patients.c.state,
        patients.c.erased_at,
        *contact(visits.c.starts_at),
    ).join(patients, patients.c.patient_id == visits.c.patient_id)
    wanted = {case.visit.visit_id for case in cases}
    people = {row.visit_id: row for row in con.execute(query) if row.visit_id in wanted}
    rows = [_row(case, people[case.visit.visit_id]) for case in cases]
    vendors, bought = here.clinic.channels.vendors, bought_by_risk(here.clinic)
    found: dict[tuple[str, str], _Asked] = {}
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        for row, one in zip(part, candidates(con, part, now, vendors, bought), strict=True):
            found[row.visit_id, row.rung] = (one, row.address)
    return found


def _row(case: _Case, person: Any) -> _Row:
    message, visit = case.message, case.visit
    return _Row(
        message_id=case.saved.message_id if case.saved else "",
        purpose=message.purpose,
        rung=message.rung,
        channel=message.channel,
        visit_id=visit.visit_id,
        patient_id=visit.patient_id,
        visit_version=message.visit_version,
        current_version=visit.version,
        visit_status=VisitStatus(visit.status),
        starts_at=visit.starts_at,
        useful_until=message.useful_until,
        own_reminder_sent=visit.own_reminder_sent,
        phone_index=person.phone_index,
        email_index=person.email_index,
        phone_status=person.phone_status,
        zones=person.zones,
        erased_at=person.erased_at,
        state=person.state,
        is_minor=person.is_minor,
        topic=message.topic,
        due_at=message.due_at,
    )


def _prospect(
    here: Room,
    case: _Case,
    asked: _Asked | None,
    sent: _Sent,
    now: datetime,
) -> Prospect:
    message, gate, goes_at = case.message, None, None
    status, reason = message.status, message.reason
    if asked is not None:
        candidate, address = asked
        gate = decide(here.clinic, candidate, now).reason
        by_whom = message.purpose, message.channel, address, case.visit.patient_id
        then = sent.seen_by(candidate, held_to(*by_whom))
        decision = _decision(here, then, case.moment, now)
        status, reason, goes_at = decision.status, decision.reason, _goes_at(decision, case.moment)
        if goes_at is not None:
            sent.add(_key(message), counts_for(*by_whom), names(here.clinic, then), goes_at)
        if decision.sends and case.moment > now:
            status = MessageStatus.HELD
            reason = Reason(case.saved.reason) if case.saved else Reason.NOT_DUE
    elif case.saved is not None:
        status, reason = MessageStatus(case.saved.status), Reason(case.saved.reason)
    elif status is MessageStatus.PLANNED:  # the call list asks no gate
        goes_at, reason = case.moment, Reason.NOT_DUE if case.moment > now else reason
    return Prospect(
        visit_id=message.visit_id,
        starts_at=case.visit.starts_at,
        tier=shown_tier(case.visit.arm, message.tier),
        rung=message.rung,
        channel=message.channel,
        due_at=message.due_at,
        status=status,
        reason=shown_reason(reason),
        goes_at=goes_at,
        gate=shown_reason(gate) if gate else None,
        is_saved=case.saved is not None,
    )


def _decision(here: Room, candidate: Candidate, moment: datetime, now: datetime) -> Decision:
    if moment > now:
        # By then the confirmation of the opt-in has gone.
        candidate = replace(candidate, book_read_at=moment, awaits_confirmation=False)
    return decide(here.clinic, candidate, moment)


def _goes_at(decision: Decision, moment: datetime) -> datetime | None:
    if decision.sends:
        return moment
    return decision.until if decision.reason in _PASSES else None
