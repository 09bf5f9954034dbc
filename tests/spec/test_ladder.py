"""Which rung of the ladder a visit gets, when, and why not the others."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from data_contracts.clinic import Rung
from data_contracts.message import Channel, MessageStatus, Purpose, Reason, RiskTier
from data_contracts.outbox import BookedVisit, Reach
from data_contracts.visit import VisitStatus
from rules.ladder import due_at, new_time_message, plan_visit, useful_until
from tests.cast import clinic
from tests.spec.table import each_row, local, utc

DENVER = "America/Denver"
CLINIC = clinic()
EVERYWHERE = Reach(frozenset({Channel.SMS, Channel.VOICE, Channel.EMAIL}))

MOMENTS = """
    before | visit                | zone             | due
    P1D    | 2026-01-08 15:00     | America/Denver   | 2026-01-07 22:00:00Z
    PT24H  | 2026-01-08 15:00     | America/Denver   | 2026-01-07 22:00:00Z
    P3D    | 2027-03-15 09:00     | America/Denver   | 2027-03-12 16:00:00Z # same wall clock, 71 h
    PT72H  | 2027-03-15 09:00     | America/Denver   | 2027-03-12 16:00:00Z # three whole days, however written
    PT71H  | 2027-03-15 09:00     | America/Denver   | 2027-03-12 16:00:00Z # elapsed: 09:00 there, an hour is gone
    P1D    | 2026-11-01 15:00     | America/Denver   | 2026-10-31 21:00:00Z # autumn: 25 h
    PT25H  | 2026-11-01 15:00     | America/Denver   | 2026-10-31 21:00:00Z # elapsed
    P1D    | 2027-03-15 02:30     | America/Denver   | 2027-03-14 09:30:00Z # 02:30 is not there: 03:30
    P1D    | 2026-11-02 01:30     | America/Denver   | 2026-11-01 07:30:00Z # 01:30 is there twice: the first
    P1D    | 2027-03-15 02:30     | America/Phoenix  | 2027-03-14 09:30:00Z # no clock change
    PT2H   | 2027-03-14 03:30     | America/Denver   | 2027-03-14 07:30:00Z # across the gap
    PT30M  | 2026-01-08 15:00     | Pacific/Honolulu | 2026-01-09 00:30:00Z
    P1D    | 2028-03-01 10:00     | America/Denver   | 2028-02-29 17:00:00Z # leap day
    P1D    | 2027-01-01 10:00     | America/Denver   | 2026-12-31 17:00:00Z # year's end
"""  # noqa: E501

USE = """
    rung       | visit            | until
    three_days | 2026-01-08 15:00 | 2026-01-07 22:00:00Z # the one-day rung takes over
    voice_high | 2026-01-08 15:00 | 2026-01-07 22:00:00Z
    one_day    | 2026-01-08 15:00 | 2026-01-08 21:00:00Z # an hour before the visit
    call_list  | 2026-01-08 15:00 | 2026-01-08 21:00:00Z # no message ends a call
"""

# A visit on Thursday 2026-01-08 at 15:00 in Denver; times are Denver's.
PLANS = """
    rung       | now              | booked on        | who                 | becomes         | reason
    three_days | 2026-01-05 14:59 | 2025-12-20 10:00 |                     | held            | not_due
    three_days | 2026-01-05 15:00 | 2025-12-20 10:00 |                     | planned         | due
    three_days | 2026-01-07 14:59 | 2025-12-20 10:00 |                     | planned         | due         # late, still useful
    three_days | 2026-01-07 15:00 | 2025-12-20 10:00 |                     | expired         | too_late    # the next rung is due
    three_days | 2026-01-05 18:00 | 2026-01-05 15:00 |                     | planned         | due         # booked on the second
    three_days | 2026-01-05 18:00 | 2026-01-05 15:01 |                     | expired         | rung_passed # booked later: never owed
    one_day    | 2026-01-07 15:00 | 2026-01-06 10:00 |                     | planned         | due
    one_day    | 2026-01-08 13:59 | 2026-01-06 10:00 |                     | planned         | due
    one_day    | 2026-01-08 14:00 | 2026-01-06 10:00 |                     | expired         | too_late
    one_day    | 2026-01-07 17:00 | 2026-01-07 16:00 |                     | expired         | rung_passed
    one_day    | 2026-01-07 15:00 | 2025-12-20 10:00 | cancelled           | superseded      | visit_gone
    one_day    | 2026-01-07 15:00 | 2025-12-20 10:00 | no_show             | superseded      | visit_gone
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 | high                | planned         | due
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 | medium              | superseded      | not_this_tier
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 | low                 | superseded      | not_this_tier
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 |                     | held            | not_due     # its score is still to come
    voice_high | 2026-01-07 15:00 | 2025-12-20 10:00 |                     | expired         | too_late    # it never came
    voice_high | 2026-01-06 14:59 | 2025-12-20 10:00 | high, held out      | held            | not_due     # as everybody's
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 | high, held out      | superseded      | held_out
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 | low, held out       | superseded      | not_this_tier
    voice_high | 2026-01-06 15:00 | 2025-12-20 10:00 | held out            | held            | not_due     # moved, and not scored anew
    voice_high | 2026-01-07 15:00 | 2025-12-20 10:00 | high, held out      | expired         | too_late
    three_days | 2026-01-06 15:00 | 2025-12-20 10:00 | high, held out      | planned         | due         # everyone's rung
    call_list  | 2026-01-07 15:00 | 2025-12-20 10:00 | high                | planned         | due
    call_list  | 2026-01-07 15:00 | 2025-12-20 10:00 | high, held out      | superseded      | held_out
    call_list  | 2026-01-07 15:00 | 2025-12-20 10:00 | high, unreachable   | planned         | due         # staff can always look
    one_day    | 2026-01-07 15:00 | 2025-12-20 10:00 | unreachable         | handed_to_staff | opted_out
"""  # noqa: E501

FALLBACKS = """
    rung       | reachable by    | channel | becomes
    three_days | sms,voice,email | sms     | planned
    three_days | email           | email   | planned
    three_days | voice           | sms     | handed_to_staff # a call is no fallback here
    three_days |                 | sms     | handed_to_staff
    voice_high | sms,email       | voice   | handed_to_staff # no fallback is given
"""

# The visit was moved to Thursday 2026-01-08 at 15:00, and the patient had heard the old time.
NEW_TIMES = """
    now              | reachable by | hour    | becomes         | by    | reason
    2026-01-07 15:00 | sms,email    | known   | planned         | sms   | due
    2026-01-07 15:00 | email        | known   | planned         | email | due
    2025-10-01 15:00 | sms          | known   | planned         | sms   | due          # however far ahead
    2026-01-08 14:00 | sms          | known   | planned         | sms   | due          # an hour ahead
    2026-01-08 14:01 | sms          | known   | handed_to_staff | sms   | too_late     # by phone, at once
    2026-01-07 15:00 | voice        | known   | handed_to_staff | sms   | opted_out    # a call is no text
    2026-01-07 15:00 |              | known   | handed_to_staff | sms   | opted_out
    2026-01-07 15:00 | sms          | unknown | handed_to_staff | sms   | time_unknown
"""  # noqa: E501

TABLES = {
    "Ladder: a rung's moment": MOMENTS,
    "Ladder: how long a rung stays useful": USE,
    "Ladder: which rung, when, for whom": PLANS,
    "Ladder: which channel": FALLBACKS,
    "Ladder: a visit was moved": NEW_TIMES,
}


def booked(starts: str = "2026-01-08 15:00", **changes: object) -> BookedVisit:
    """Ana's visit on Thursday in Denver, long booked."""
    values: dict[str, object] = {
        "visit_id": "v1",
        "version": 1,
        "patient_id": "ana",
        "visit_type": "Follow-up",
        "starts_at": local(starts, DENVER),
        "booked_at": local("2025-12-20 10:00", DENVER),
        "status": VisitStatus.BOOKED,
        "own_reminder_sent": False,
    }
    return BookedVisit(**(values | changes))


def rung_of(name: str) -> Rung:
    return next(rung for rung in CLINIC.ladder if rung.name == name)


def described(who: str) -> dict[str, object]:
    """A visit's facts from the table's words."""
    words = {word.strip() for word in who.split(",")}
    facts: dict[str, object] = {}
    for word in words & {tier.value for tier in RiskTier}:
        facts["tier"] = RiskTier(word)
    for word in words & {status.value for status in VisitStatus}:
        facts["status"] = VisitStatus(word)
    return facts | ({"arm": "held_out"} if "held out" in words else {})


@each_row(MOMENTS)
def test_days_count_on_the_wall_clock_and_hours_elapse(before, visit, zone, due):
    rung = Rung(name="some_rung", channel=Channel.SMS, before=before)
    assert due_at(rung, local(visit, zone), ZoneInfo(zone)) == utc(due)


@each_row(USE)
def test_a_rung_is_useful_until_the_next_one_for_everyone(rung, visit, until):
    assert useful_until(rung_of(rung), CLINIC, local(visit, DENVER)) == utc(until)


@each_row(PLANS)
def test_every_rung_gets_a_verdict_and_its_reason(rung, now, booked_on, who, becomes, reason):
    visit = booked(booked_at=local(booked_on, DENVER), **described(who))
    closed = tuple((channel, Reason.OPTED_OUT) for channel in Channel)
    reach = Reach(frozenset(), closed) if "unreachable" in who else EVERYWHERE
    found = {one.rung: one for one in plan_visit(CLINIC, visit, reach, local(now, DENVER))}
    assert (found[rung].status, found[rung].reason) == (becomes, reason)


@each_row(FALLBACKS)
def test_the_first_channel_that_reaches_is_taken(rung, reachable_by, channel, becomes):
    usable = frozenset(Channel(name) for name in reachable_by.split(",") if name)
    visit, due = booked(tier=RiskTier.HIGH), due_at(rung_of(rung), booked().starts_at, CLINIC.zone)
    found = {one.rung: one for one in plan_visit(CLINIC, visit, Reach(usable), due)}
    assert (found[rung].channel, found[rung].status) == (channel, becomes)


def test_after_downtime_a_patient_gets_one_reminder_not_three():
    """Nothing ran from Sunday until Thursday morning, hours before the visit."""
    found = plan_visit(
        CLINIC, booked(tier=RiskTier.HIGH), EVERYWHERE, local("2026-01-08 09:00", DENVER)
    )
    assert [one.rung for one in found if one.status is MessageStatus.PLANNED] == [
        "one_day",
        "call_list",
    ]


def test_a_rung_for_another_kind_of_visit_is_not_for_this_one():
    rungs = [{"name": "first_visit", "channel": "sms", "before": "P1D", "visit_types": ["Initial"]}]
    other = clinic(ladder=rungs)
    now = local("2026-01-07 15:00", DENVER)
    assert plan_visit(other, booked(), EVERYWHERE, now)[0].reason is Reason.NOT_THIS_TIER
    assert plan_visit(other, booked(visit_type="Initial"), EVERYWHERE, now)[0].reason is Reason.DUE


def test_a_rung_for_another_kind_of_visit_ends_none_of_this_one():
    rungs = [
        {"name": "three_days", "channel": "sms", "before": "P3D"},
        {"name": "first_visit", "channel": "sms", "before": "P2D", "visit_types": ["Initial"]},
        {"name": "one_day", "channel": "sms", "before": "P1D"},
    ]
    other = clinic(ladder=rungs)
    starts, three_days = booked().starts_at, other.ladder[0]
    assert useful_until(three_days, other, starts, "Follow-up") == starts - timedelta(days=1)
    assert useful_until(three_days, other, starts, "Initial") == starts - timedelta(days=2)


@each_row(NEW_TIMES)
def test_who_was_moved_hears_the_new_time_from_a_machine_or_a_person(
    now, reachable_by, hour, becomes, by, reason
):
    closed = tuple((channel, Reason.OPTED_OUT) for channel in Channel)
    reach = Reach(frozenset(Channel(name) for name in reachable_by.split(",") if name), closed)
    visit = booked(version=3, is_time_known=hour == "known")
    message = new_time_message(CLINIC, visit, reach, local(now, DENVER))
    assert (message.purpose, message.visit_version) == (Purpose.NEW_TIME, 3)
    assert (message.status, message.channel, message.reason) == (becomes, by, reason)


def test_a_visit_without_an_hour_is_told_by_a_person():
    visit = booked(is_time_known=False)
    found = plan_visit(CLINIC, visit, EVERYWHERE, local("2026-01-05 15:00", DENVER))[0]
    assert (found.status, found.reason) == (MessageStatus.HANDED_TO_STAFF, Reason.TIME_UNKNOWN)


def test_a_channel_that_the_clinic_does_not_pay_for_is_never_picked():
    file = clinic().model_dump(mode="json", exclude_none=True)
    del file["channels"]["email"]
    ladder = [{"name": "one_day", "channel": "sms", "before": "P1D"}]
    poor = clinic(channels=file["channels"], ladder=ladder)
    reach = Reach(frozenset({Channel.EMAIL}), ((Channel.SMS, Reason.BAD_NUMBER),))
    one = plan_visit(poor, booked(), reach, local("2026-01-07 15:00", DENVER))[0]
    assert (one.status, one.reason) == (MessageStatus.HANDED_TO_STAFF, Reason.BAD_NUMBER)
