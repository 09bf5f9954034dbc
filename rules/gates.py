"""The gates: read again in the transaction that claims a message; any one can stop it.

Each gate is one function; `GATES` is their order, and the first that speaks is the reason on
record. Removing one makes a row of `tests/spec/test_gates.py` fail.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data_contracts.clinic import Clinic, Delivery
from data_contracts.law import UnknownLaw, campaign_hours
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import Candidate, Decision, Named
from data_contracts.sprint import TREATED
from rules.campaign import campaign_from, campaign_may
from rules.ladder import LAST_USEFUL
from rules.quiet import contact_from, is_awake, is_quiet, local_day
from rules.same_day import also_named
from rules.wording import words

_MAY_NOT_HAVE_LEFT = frozenset(
    {MessageStatus.CLAIMED, MessageStatus.SENDING, MessageStatus.UNCONFIRMED}
)

Gate = Callable[[Clinic, Candidate, datetime], Decision | None]


def decide(
    clinic: Clinic, candidate: Candidate, now: datetime, gates: Iterable[Gate] | None = None
) -> Decision:
    """Whether a message may leave now: claimed, held (until when), or ended, and why.

    `gates`: None for all of them; a test takes one away and must see a difference.
    """
    for gate in GATES if gates is None else gates:
        decision = gate(clinic, candidate, now)
        if decision is not None:
            return _for_staff_or_none(_unless_too_late(decision, clinic, candidate, now), candidate)
    return Decision(MessageStatus.CLAIMED, Reason.DUE, names=names(clinic, candidate))


def names(clinic: Clinic, candidate: Candidate) -> tuple[Named, ...]:
    """The other visits that a message tells of; only a reminder tells of more than its own."""
    if candidate.purpose is not Purpose.REMINDER:
        return ()
    own, starts_at = candidate.visit_id, candidate.starts_at
    found = also_named(own, starts_at, candidate.beside, clinic.zone)
    times = sorted((starts_at, *(one.starts_at for one in found)))
    # A text that grows past 160 characters is not allowed (47 CFR 64.1200(a)(9)(iv)(C)).
    return found if not found or _fits(clinic, candidate.channel, times) else ()


def _fits(clinic: Clinic, channel: Channel, times: list[datetime]) -> bool:
    return all(
        words(clinic, Purpose.REMINDER, channel, language, times, None).segments == 1
        for language in clinic.languages
    )


def zones_of(clinic: Clinic, candidate: Candidate) -> tuple[str, ...]:
    """The zones whose clocks count: address and area code, else the clinic's (T2)."""
    return candidate.zones or (clinic.timezone,)


def _unless_too_late(
    decision: Decision, clinic: Clinic, candidate: Candidate, now: datetime
) -> Decision:
    # Holding past the moment of use would send a reminder for a visit that is over (P16).
    if decision.until is not None and decision.until >= candidate.useful_until:
        return _missed(clinic, candidate, decision.reason, now)
    return decision


def _for_staff_or_none(decision: Decision, candidate: Candidate) -> Decision:
    # Nobody is called to hear that they agreed to texts.
    if decision.status is MessageStatus.HANDED_TO_STAFF and not candidate.purpose.tells_of_visit:
        return _end(MessageStatus.SUPERSEDED, decision.reason)
    return decision


def _missed(clinic: Clinic, candidate: Candidate, reason: Reason, now: datetime) -> Decision:
    """No machine will tell the patient any more: a person may, where nothing has told them yet."""
    if candidate.topic is not None:
        # What the book says differently by now somebody must tell; the rest was a courtesy.
        must_tell = candidate.topic.must_be_told and clinic.delivery is not Delivery.OFF
        status = MessageStatus.HANDED_TO_STAFF if must_tell else MessageStatus.EXPIRED
        return _end(status, Reason.UNANSWERED)
    is_new_time = candidate.purpose is Purpose.NEW_TIME
    is_last = candidate.useful_until >= candidate.starts_at - LAST_USEFUL
    is_untold = candidate.purpose is Purpose.REMINDER and is_last and not candidate.was_told
    # A clinic that has not switched delivery on reminds in its own way.
    is_by_choice = clinic.delivery is Delivery.OFF or reason is Reason.MERGED
    if now < candidate.starts_at and (is_new_time or is_untold) and not is_by_choice:
        return _end(MessageStatus.HANDED_TO_STAFF, reason)
    return _end(MessageStatus.EXPIRED, reason)


def _end(status: MessageStatus, reason: Reason) -> Decision:
    return Decision(status, reason)


def _hold(reason: Reason, until: datetime) -> Decision:
    return Decision(MessageStatus.HELD, reason, until)


def erased(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A patient whose data was erased hears nothing more."""
    if candidate.is_erased:
        return _end(MessageStatus.SUPERSEDED, Reason.PATIENT_ERASED)
    return None


def visit_gone(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """The visit must still be booked (P1); an answer may tell that it is off."""
    if candidate.purpose.needs_its_visit and not candidate.visit_status.is_expected:
        return _end(MessageStatus.SUPERSEDED, Reason.VISIT_GONE)
    return None


def visit_moved(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """The visit must stand where it stood when the message was planned."""
    is_moved = candidate.visit_version != candidate.current_version
    if candidate.purpose.needs_its_visit and is_moved:
        return _end(MessageStatus.SUPERSEDED, Reason.VISIT_MOVED)
    return None


def offer_over(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """What is offered must still be free to take: nobody hears of a time that is gone."""
    if candidate.is_offer_over:
        return _end(MessageStatus.SUPERSEDED, Reason.TIME_TAKEN)
    return None


def too_late(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """Nothing leaves after the visit began or after the message stopped being useful (P2, P16)."""
    has_begun = candidate.purpose.needs_its_visit and now >= candidate.starts_at
    if now >= candidate.useful_until or has_begun:
        return _missed(clinic, candidate, Reason.TOO_LATE, now)
    return None


def held_out(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A held-out visit gets no extra that risk would have bought."""
    if candidate.is_risk_bought and candidate.arm != TREATED:
        return _end(MessageStatus.SUPERSEDED, Reason.HELD_OUT)
    return None


def named_already(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """The reminder of another visit of that day has named this one, on this rung or today."""
    if candidate.purpose is not Purpose.REMINDER:
        return None
    today = local_day(now, clinic.timezone)
    found = [
        one.status
        for one in candidate.named_by
        if one.rung == candidate.rung or local_day(one.sent_on, clinic.timezone) == today
    ]
    if any(status not in _MAY_NOT_HAVE_LEFT for status in found):
        return _end(MessageStatus.SUPERSEDED, Reason.MERGED)
    # While nobody knows whether that one leaves, this one waits: it goes itself where it did not.
    return _hold(Reason.MERGED, now + timedelta(minutes=15)) if found else None


def opted_out(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """An opt-out of the number ends every automated topic at once (T5, T6, T8)."""
    if candidate.opted_out:
        return _end(MessageStatus.HANDED_TO_STAFF, Reason.OPTED_OUT)
    return None


def no_address(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """There must be somewhere to send it; for a minor, to the responsible party."""
    if not candidate.has_address:
        reason = Reason.MINOR_ALONE if candidate.is_minor else Reason.NO_ADDRESS
        return _end(MessageStatus.HANDED_TO_STAFF, reason)
    return None


def bad_number(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A number the carrier called unreachable is not tried again (W12)."""
    if candidate.number_is_bad:
        return _end(MessageStatus.HANDED_TO_STAFF, Reason.BAD_NUMBER)
    return None


def no_consent(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """No consent on record for this channel and purpose, no message (T9, T10)."""
    if not candidate.has_consent:
        return _end(MessageStatus.HANDED_TO_STAFF, Reason.NO_CONSENT)
    return None


def confirmed(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """An opt-in is confirmed once, whoever shares the number (C3)."""
    if candidate.purpose is Purpose.OPT_IN and candidate.is_confirmed:
        return _end(MessageStatus.SUPERSEDED, Reason.CONFIRMED)
    return None


def own_reminder(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """Where the practice system has reminded by itself, a second reminder is one too many."""
    if candidate.own_reminder_sent and candidate.purpose is Purpose.REMINDER:
        return _end(MessageStatus.SUPERSEDED, Reason.OWN_REMINDER)
    return None


def halted(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """Nothing leaves while what was sent before breaks an invariant, until a person looked."""
    if candidate.is_halted:
        return _hold(Reason.PAUSED, now + timedelta(minutes=15))
    return None


def delivery_off(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """Nothing leaves unless the clinic's file says so."""
    if clinic.delivery is Delivery.OFF:
        return _hold(Reason.DELIVERY_OFF, now + timedelta(minutes=15))
    return None


def no_baa(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """No active business-associate agreement, no message; expired is none (45 CFR 164.502(e))."""
    today = now.astimezone(clinic.zone).date()
    if candidate.vendor is None or not clinic.has_agreement(candidate.vendor, today):
        return _hold(Reason.NO_BAA, now + timedelta(minutes=15))
    return None


def carrier_waits(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A carrier that asked to wait is asked nothing before (R5)."""
    if candidate.paused_until is not None and now < candidate.paused_until:
        return _hold(Reason.CARRIER_WAIT, candidate.paused_until)
    return None


def contract_broken(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A broken batch stops sends until a sound one is read; an answer tells nothing from it."""
    if candidate.purpose is not Purpose.ANSWER and candidate.contract_broken:
        return _hold(Reason.CONTRACT_BROKEN, now + timedelta(minutes=15))
    return None


def source_stale(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """What we know of the visit must be fresh enough to act on (R9)."""
    if candidate.purpose is Purpose.ANSWER:
        return None  # what it tells was written a moment ago
    read_at = candidate.book_read_at
    if read_at is None or now - read_at > clinic.freshness.book:
        return _hold(Reason.SOURCE_STALE, now + timedelta(minutes=15))
    return None


def quiet_hours(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """Contact only within the patient's day (47 CFR 64.1200(c)(1))."""
    zones = zones_of(clinic, candidate)
    if is_awake(candidate.asked_at, now):
        return None
    if is_quiet(now, zones, clinic.quiet_hours):
        return _hold(Reason.QUIET_HOURS, contact_from(now, zones, clinic.quiet_hours))
    return None


def state_hours(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A campaign keeps to the state's own hours; where these are unknown, it does not go (T4)."""
    if not candidate.purpose.is_campaign:
        return None
    zones, law = zones_of(clinic, candidate), campaign_hours()
    try:
        if campaign_may(now, candidate.state, zones, clinic.quiet_hours, law):
            return None
        opens = campaign_from(now, candidate.state, zones, clinic.quiet_hours, law)
    except UnknownLaw:
        return _end(MessageStatus.HANDED_TO_STAFF, Reason.STATE_UNKNOWN)
    return _hold(Reason.STATE_HOURS, opens)


def spend_cap(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """A clinic may cap what a channel costs in a month; what is on its way counts at its price."""
    part = clinic.channels.priced(candidate.channel)
    if part is None or part.spend_cap_cents_month is None:
        return None
    spent = candidate.spent_cents + (candidate.ahead + 1) * part.price_cents
    if spent > part.spend_cap_cents_month:
        return _hold(Reason.SPEND_CAP, now + timedelta(hours=1))
    return None


def daily_cap(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """At most one automated message on a patient's local day (47 CFR 64.1200(a)(9)(iv))."""
    zone = zones_of(clinic, candidate)[0]
    today = sum(local_day(sent, zone) == local_day(now, zone) for sent in candidate.sent_on)
    if today >= clinic.caps.per_day:
        return _hold(Reason.DAILY_CAP, _next_day(now, zone))
    return None


def weekly_cap(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """At most three automated messages in any seven days (47 CFR 64.1200(a)(9)(iv))."""
    week = sorted(sent for sent in candidate.sent_on if now - sent < timedelta(days=7))
    if len(week) >= clinic.caps.per_week:
        return _hold(Reason.WEEKLY_CAP, week[-clinic.caps.per_week] + timedelta(days=7))
    return None


def opt_in_first(clinic: Clinic, candidate: Candidate, now: datetime) -> Decision | None:
    """The first text is the one that confirms the opt-in (C3); no other is lost by waiting."""
    next_run = now + timedelta(minutes=15)
    is_first = candidate.purpose in (Purpose.OPT_IN, Purpose.ANSWER)  # who wrote is answered
    is_text = candidate.channel is Channel.SMS and not is_first
    if is_text and candidate.awaits_confirmation and next_run < candidate.useful_until:
        return _hold(Reason.OPT_IN_FIRST, next_run)
    return None


def _next_day(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time())
    return midnight.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


GATES: tuple[Gate, ...] = (
    erased,
    visit_gone,
    visit_moved,
    offer_over,
    too_late,
    held_out,
    named_already,
    opted_out,
    no_address,
    bad_number,
    no_consent,
    confirmed,
    own_reminder,
    halted,
    delivery_off,
    no_baa,
    carrier_waits,
    contract_broken,
    source_stale,
    quiet_hours,
    state_hours,
    spend_cap,
    daily_cap,
    weekly_cap,
    opt_in_first,
)
