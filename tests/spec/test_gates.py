"""What stops a message at the last moment. Every gate has a row that changes when it is gone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data_contracts.clinic import Agreement, Caps, Delivery
from data_contracts.dialogue import Topic
from data_contracts.message import Channel, MessageStatus, Purpose
from data_contracts.outbox import Candidate, Naming
from data_contracts.visit import VisitStatus
from rules.gates import GATES, Gate, decide
from tests.cast import NOW, clinic
from tests.spec.table import each_row, rows, utc

READY = Candidate(
    message_id="m1",
    visit_id="v1",
    purpose=Purpose.REMINDER,
    rung="one_day",
    channel=Channel.SMS,
    vendor="twilio",
    visit_version=1,
    current_version=1,
    visit_status=VisitStatus.BOOKED,
    starts_at=NOW + timedelta(days=1),
    useful_until=NOW + timedelta(hours=23),
    own_reminder_sent=False,
    arm="treated",
    is_risk_bought=False,
    zones=("America/Denver",),
    has_address=True,
    has_consent=True,
    opted_out=False,
    number_is_bad=False,
    is_erased=False,
    sent_on=(),
    book_read_at=NOW,
    contract_broken=False,
)
"""Ana's reminder, a day ahead, with nothing in its way; NOW is Monday 09:00 in Denver."""

CLINICS = {
    "": clinic(),
    "delivery off": clinic(delivery=Delivery.OFF),
    "agreement ended yesterday": clinic(
        agreements=[
            Agreement(
                vendor="twilio", signed_on=date(2025, 1, 1), expires_on=date(2026, 1, 4)
            ).model_dump()
        ]
    ),
    "agreement ends today": clinic(
        agreements=[
            Agreement(
                vendor="twilio", signed_on=date(2025, 1, 1), expires_on=date(2026, 1, 5)
            ).model_dump()
        ]
    ),
    "agreement starts tomorrow": clinic(
        agreements=[Agreement(vendor="twilio", signed_on=date(2026, 1, 6)).model_dump()]
    ),
    "agreement with ses only": clinic(
        agreements=[Agreement(vendor="ses", signed_on=date(2025, 1, 1)).model_dump()]
    ),
    "a dollar a month": clinic(sms={"spend_cap_cents_month": 100}),
    "two a week": clinic(caps=Caps(per_week=2).model_dump()),
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER = {"purpose": Purpose.ANSWER, "topic": Topic.CONFIRMED, "asked_at": NOW}
OFFER = {"purpose": Purpose.OFFER}
SITUATIONS: dict[str, dict[str, object]] = {
    "nothing in the way": {},
    "patient erased": {"is_erased": True},
    "visit cancelled": {"visit_status": VisitStatus.CANCELLED},
    "visit deleted": {"visit_status": VisitStatus.DELETED},
    "patient arrived": {"visit_status": VisitStatus.ARRIVED},
    "visit moved": {"current_version": 2},
    "visit begun": {"starts_at": NOW},
    "no longer useful": {"useful_until": NOW},
    "useful for a second": {"useful_until": NOW + timedelta(seconds=1)},
    "held out, bought by risk": {"arm": "held_out", "is_risk_bought": True},
    "held out, for everyone": {"arm": "held_out"},
    "said STOP": {"opted_out": True},
    "no number": {"has_address": False},
    "minor, nobody on file": {"is_minor": True, "has_address": False},
    "minor, a parent's number": {"is_minor": True},
    "campaign, Rhode Island": {"purpose": Purpose.RECALL, "state": "RI"},
    "reminder, Kentucky": {"state": "KY"},
    "campaign, Kentucky": {"purpose": Purpose.RECALL, "state": "KY"},
    "campaign, no state": {"purpose": Purpose.REVIEW},
    "campaign, unknown state": {"purpose": Purpose.REVIEW, "state": "GU"},
    "98.9 cents spent": {"spent_cents": 98.9},
    "99 cents spent": {"spent_cents": 99.0},
    "90 on their way": {"ahead": 90},
    "number unreachable": {"number_is_bad": True},
    "no consent": {"has_consent": False},
    "reminded by the source": {"own_reminder_sent": True},
    "new time, reminded": {"own_reminder_sent": True, "purpose": Purpose.NEW_TIME},
    "no vendor": {"vendor": None},
    "carrier asked to wait": {"paused_until": NOW + HOUR},
    "carrier's wait is over": {"paused_until": NOW},
    "carrier asked to wait beyond its use": {
        "paused_until": NOW + HOUR,
        "useful_until": NOW + HOUR,
        "starts_at": NOW + 2 * HOUR,
    },
    "dispatch paused": {"is_halted": True},
    "paused, said STOP": {"is_halted": True, "opted_out": True},
    "broken batch": {"contract_broken": True},
    "book never read": {"book_read_at": None},
    "book 45 minutes old": {"book_read_at": NOW - timedelta(minutes=45)},
    "book 45:01 old": {"book_read_at": NOW - timedelta(minutes=45, seconds=1)},
    "patient in Honolulu": {"zones": ("Pacific/Honolulu",)},
    "lives in LA, number of NY": {"zones": ("America/Los_Angeles", "America/New_York")},
    "zone unknown": {"zones": ()},
    "quiet beyond its use": {
        "zones": ("Pacific/Honolulu",),
        "useful_until": NOW + 2 * HOUR,
    },
    "sent an hour ago": {"sent_on": (NOW - HOUR,)},
    "sent yesterday": {"sent_on": (NOW - DAY,)},
    "sent at 23:59 yesterday": {"sent_on": (utc("2026-01-05 06:59:00Z"),)},
    "sent at midnight today": {"sent_on": (utc("2026-01-05 07:00:00Z"),)},
    "two in six days": {"sent_on": (NOW - 6 * DAY, NOW - 2 * DAY)},
    "three in six days": {"sent_on": (NOW - 6 * DAY, NOW - 4 * DAY, NOW - 2 * DAY)},
    "three in seven days": {"sent_on": (NOW - 7 * DAY, NOW - 4 * DAY, NOW - 2 * DAY)},
    "another names it": {"named_by": (Naming("one_day", MessageStatus.ACCEPTED, NOW - DAY),)},
    "another may name it": {"named_by": (Naming("one_day", MessageStatus.UNCONFIRMED, NOW - DAY),)},
    "named by today's other rung": {
        "named_by": (Naming("three_days", MessageStatus.DELIVERED, NOW - HOUR),)
    },
    "named by an earlier rung": {
        "named_by": (Naming("three_days", MessageStatus.DELIVERED, NOW - DAY),)
    },
    "new time, named": {
        "purpose": Purpose.NEW_TIME,
        "named_by": (Naming("one_day", MessageStatus.ACCEPTED, NOW - HOUR),),
    },
    "last word, too late": {"useful_until": NOW, "starts_at": NOW + HOUR},
    "last word, told before": {
        "useful_until": NOW,
        "starts_at": NOW + HOUR,
        "was_told": True,
    },
    "last word, quiet beyond its use": {
        "zones": ("Pacific/Honolulu",),
        "useful_until": NOW + 2 * HOUR,
        "starts_at": NOW + 3 * HOUR,
    },
    "no hour suits both": {"zones": ("America/Denver", "Asia/Karachi")},
    "last word, no hour suits both": {
        "zones": ("America/Denver", "Asia/Karachi"),
        "useful_until": NOW + 23 * HOUR,
        "starts_at": NOW + DAY,
    },
    "new time, too late": {
        "purpose": Purpose.NEW_TIME,
        "useful_until": NOW,
        "starts_at": NOW + HOUR,
        "was_told": True,
    },
    "confirmation of an opt-in": {"purpose": Purpose.OPT_IN},
    "confirmed before": {"purpose": Purpose.OPT_IN, "is_confirmed": True},
    "confirmation, at night": {"purpose": Purpose.OPT_IN, "zones": ("Pacific/Honolulu",)},
    "confirmation, sent an hour ago": {"purpose": Purpose.OPT_IN, "sent_on": (NOW - HOUR,)},
    "confirmation, said STOP": {"purpose": Purpose.OPT_IN, "opted_out": True},
    "confirmation, no consent": {"purpose": Purpose.OPT_IN, "has_consent": False},
    "confirmation, too late": {"purpose": Purpose.OPT_IN, "useful_until": NOW},
    "opt-in not confirmed yet": {"awaits_confirmation": True},
    "new time, not confirmed yet": {"purpose": Purpose.NEW_TIME, "awaits_confirmation": True},
    "e-mail, not confirmed yet": {
        "channel": Channel.EMAIL,
        "vendor": "ses",
        "awaits_confirmation": True,
    },
    "not confirmed yet, no time left": {
        "awaits_confirmation": True,
        "useful_until": NOW + HOUR / 4,
    },
    "answer, visit off": ANSWER | {"visit_status": VisitStatus.CANCELLED, "current_version": 2},
    "answer, book old and broken": ANSWER | {"book_read_at": None, "contract_broken": True},
    "answer, opt-in not confirmed": ANSWER | {"awaits_confirmation": True},
    "answer at night, asked now": ANSWER | {"zones": ("Pacific/Honolulu",)},
    "answer at night, asked 15 min ago": ANSWER
    | {"zones": ("Pacific/Honolulu",), "asked_at": NOW - timedelta(minutes=15)},
    "answer at night, asked 16 min ago": ANSWER
    | {"zones": ("Pacific/Honolulu",), "asked_at": NOW - timedelta(minutes=16)},
    "answer, said STOP": ANSWER | {"opted_out": True},
    "answer, dispatch paused": ANSWER | {"is_halted": True},
    "answer, too late": ANSWER | {"useful_until": NOW},
    "answer that times wait for, too late": ANSWER | {"topic": Topic.TIMES, "useful_until": NOW},
    "offer, its own visit is off": OFFER | {"visit_status": VisitStatus.CANCELLED},
    "offer, somebody took it": OFFER | {"is_offer_over": True},
    "offer, the day's second": OFFER | {"sent_on": (NOW - HOUR,)},
    "said STOP, at night": {"opted_out": True, "zones": ("Pacific/Honolulu",)},
}

TABLE = """
    situation                 | clinic                    | becomes         | reason          | until
    nothing in the way        |                           | claimed         | due             |
    patient erased            |                           | superseded      | patient_erased  |
    visit cancelled           |                           | superseded      | visit_gone      |
    visit deleted             |                           | superseded      | visit_gone      |
    patient arrived           |                           | superseded      | visit_gone      |
    visit moved               |                           | superseded      | visit_moved     |
    visit begun               |                           | expired         | too_late        |
    no longer useful          |                           | expired         | too_late        |
    useful for a second       |                           | claimed         | due             |
    held out, bought by risk  |                           | superseded      | held_out        |
    held out, for everyone    |                           | claimed         | due             |
    said STOP                 |                           | handed_to_staff | opted_out       |
    said STOP, at night       |                           | handed_to_staff | opted_out       |
    no number                 |                           | handed_to_staff | no_address      |
    another names it          |                           | superseded      | merged          |
    another may name it       |                           | held            | merged          | 2026-01-05 16:15:00Z
    named by today's other rung |                         | superseded      | merged          |
    named by an earlier rung  |                           | claimed         | due             |
    new time, named           |                           | claimed         | due             |
    last word, too late       |                           | handed_to_staff | too_late        |                      # nobody has told them
    last word, told before    |                           | expired         | too_late        |
    last word, too late       | delivery off              | expired         | too_late        |                      # the clinic reminds in its own way
    last word, quiet beyond its use |                     | handed_to_staff | quiet_hours     |
    no hour suits both        |                           | expired         | quiet_hours     |                      # a later rung may do
    last word, no hour suits both |                       | handed_to_staff | quiet_hours     |
    new time, too late        |                           | handed_to_staff | too_late        |                      # a person tells it
    number unreachable        |                           | handed_to_staff | bad_number      |
    no consent                |                           | handed_to_staff | no_consent      |
    reminded by the source    |                           | superseded      | own_reminder    |
    new time, reminded        |                           | claimed         | due             |
    nothing in the way        | delivery off              | held            | delivery_off    | 2026-01-05 16:15:00Z
    no vendor                 |                           | held            | no_baa          | 2026-01-05 16:15:00Z
    minor, nobody on file     |                           | handed_to_staff | minor_alone     |
    minor, a parent's number  |                           | claimed         | due             |
    campaign, Rhode Island    |                           | claimed         | due             |                      # 09:00 in Denver
    reminder, Kentucky        |                           | claimed         | due             |                      # a booked visit's reminder
    campaign, Kentucky        |                           | held            | state_hours     | 2026-01-05 17:00:00Z
    campaign, no state        |                           | handed_to_staff | state_unknown   |
    campaign, unknown state   |                           | handed_to_staff | state_unknown   |
    98.9 cents spent          | a dollar a month          | claimed         | due             |
    99 cents spent            | a dollar a month          | held            | spend_cap       | 2026-01-05 17:00:00Z
    99 cents spent            |                           | claimed         | due             |                      # no cap in the file
    90 on their way           | a dollar a month          | held            | spend_cap       | 2026-01-05 17:00:00Z
    nothing in the way        | agreement ended yesterday | held            | no_baa          | 2026-01-05 16:15:00Z
    nothing in the way        | agreement ends today      | claimed         | due             |
    nothing in the way        | agreement starts tomorrow | held            | no_baa          | 2026-01-05 16:15:00Z
    nothing in the way        | agreement with ses only   | held            | no_baa          | 2026-01-05 16:15:00Z
    carrier asked to wait     |                           | held            | carrier_wait    | 2026-01-05 17:00:00Z
    carrier's wait is over    |                           | claimed         | due             |
    carrier asked to wait beyond its use |                | handed_to_staff | carrier_wait    |
    dispatch paused           |                           | held            | paused          | 2026-01-05 16:15:00Z
    paused, said STOP         |                           | handed_to_staff | opted_out       |
    broken batch              |                           | held            | contract_broken | 2026-01-05 16:15:00Z
    book never read           |                           | held            | source_stale    | 2026-01-05 16:15:00Z
    book 45 minutes old       |                           | claimed         | due             |
    book 45:01 old            |                           | held            | source_stale    | 2026-01-05 16:15:00Z
    patient in Honolulu       |                           | held            | quiet_hours     | 2026-01-05 19:00:00Z
    lives in LA, number of NY |                           | held            | quiet_hours     | 2026-01-05 17:00:00Z
    zone unknown              |                           | claimed         | due             |                      # the clinic's own zone counts
    quiet beyond its use      |                           | expired         | quiet_hours     |                      # it would come after the next rung
    sent an hour ago          |                           | held            | daily_cap       | 2026-01-06 07:00:00Z
    sent at midnight today    |                           | held            | daily_cap       | 2026-01-06 07:00:00Z
    sent at 23:59 yesterday   |                           | claimed         | due             |
    sent yesterday            |                           | claimed         | due             |
    two in six days           |                           | claimed         | due             |
    two in six days           | two a week                | held            | weekly_cap      | 2026-01-06 16:00:00Z
    three in six days         |                           | held            | weekly_cap      | 2026-01-06 16:00:00Z
    three in seven days       |                           | claimed         | due             |
    confirmation of an opt-in |                           | claimed         | due             |
    confirmed before          |                           | superseded      | confirmed       |
    confirmation, at night    |                           | held            | quiet_hours     | 2026-01-05 19:00:00Z
    confirmation, sent an hour ago |                      | held            | daily_cap       | 2026-01-06 07:00:00Z
    confirmation, said STOP   |                           | superseded      | opted_out       |                      # nobody calls to say so
    confirmation, no consent  |                           | superseded      | no_consent      |
    confirmation, too late    |                           | expired         | too_late        |
    opt-in not confirmed yet  |                           | held            | opt_in_first    | 2026-01-05 16:15:00Z
    new time, not confirmed yet |                         | held            | opt_in_first    | 2026-01-05 16:15:00Z
    e-mail, not confirmed yet |                           | claimed         | due             |
    not confirmed yet, no time left |                     | claimed         | due             |                      # a reminder is never lost for it
    answer, visit off         |                           | claimed         | due             |                      # it says so
    answer, book old and broken |                         | claimed         | due             |                      # it tells nothing from the book
    answer, opt-in not confirmed |                        | claimed         | due             |                      # the patient wrote
    answer at night, asked now |                          | claimed         | due             |                      # 06:00 in Honolulu: who wrote is awake
    answer at night, asked 15 min ago |                   | claimed         | due             |
    answer at night, asked 16 min ago |                   | held            | quiet_hours     | 2026-01-05 19:00:00Z
    answer, said STOP         |                           | handed_to_staff | opted_out       |
    answer, dispatch paused   |                           | held            | paused          | 2026-01-05 16:15:00Z
    answer, too late          |                           | expired         | unanswered      |
    answer that times wait for, too late |                | handed_to_staff | unanswered      |
    offer, its own visit is off |                         | claimed         | due             |                      # it tells of another time
    offer, somebody took it   |                           | superseded      | time_taken      |
    offer, the day's second   |                           | held            | daily_cap       | 2026-01-06 07:00:00Z
"""  # noqa: E501

TABLES = {"Gates: what stops a message at the last moment": TABLE}


def said(situation: str, of: str, gates: tuple[Gate, ...] | None = None) -> tuple[str, str, str]:
    """What is decided, in the table's words; the week's caps outlive the message's own use."""
    candidate = replace(READY, useful_until=NOW + 2 * DAY, starts_at=NOW + 3 * DAY)
    decision = decide(CLINICS[of], replace(candidate, **SITUATIONS[situation]), NOW, gates)
    until = decision.until.strftime("%Y-%m-%d %H:%M:%SZ") if decision.until else ""
    return decision.status.value, decision.reason.value, until


@each_row(TABLE)
def test_the_first_gate_that_speaks_decides(situation, clinic, becomes, reason, until):
    assert said(situation, clinic) == (becomes, reason, until)


@pytest.mark.parametrize("gone", GATES, ids=lambda gate: gate.__name__)
def test_every_gate_is_needed(gone):
    others = tuple(gate for gate in GATES if gate is not gone)
    assert any(said(row[0], row[1], others)[:2] != (row[2], row[3]) for row in rows(TABLE))


@pytest.mark.parametrize("gone", GATES, ids=lambda gate: gate.__name__)
def test_without_its_gate_something_would_be_sent_that_must_not(gone):
    others = tuple(gate for gate in GATES if gate is not gone)
    stopped = [row for row in rows(TABLE) if row[2] != "claimed"]
    assert "claimed" in {said(row[0], row[1], others)[0] for row in stopped}


def test_every_situation_has_a_row():
    assert {row[0] for row in rows(TABLE)} == set(SITUATIONS)


def test_nothing_else_than_a_claim_sends():
    assert decide(clinic(), READY, NOW).sends
    assert not decide(clinic(delivery="off"), READY, NOW).sends


def test_after_a_hold_the_message_is_free_to_go():
    cold = replace(READY, zones=("Pacific/Honolulu",), book_read_at=NOW + 3 * HOUR)
    until = decide(clinic(), cold, NOW).until
    assert until is not None
    assert decide(clinic(), cold, until).sends
