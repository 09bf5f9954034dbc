"""What must hold of everything that was sent: each row breaks one thing, or just does not."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from data_contracts.clinic import Agreement, QuietHours
from rules.invariants import CHECKS, Bounds, Consented, Sent, Waiting, breaches, stuck
from tests.cast import NOW, clinic
from tests.spec.table import each_row, rows, utc

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GIVEN = Consented(is_for_it=True, is_granted=True, at=NOW - 9 * DAY, until=None)
SENT = Sent(
    message_id="m1",
    key=("visit", "1", "reminder", "one_day", "sms"),
    at=NOW,
    zones=("America/Denver",),
    counts_for=("number", "ana by phone"),
    consent=GIVEN,
    vendor="twilio",
)
"""Ana's reminder, sent on Monday at 09:00 in Denver, with nothing wrong."""

ENDED = Agreement(vendor="twilio", signed_on="2025-01-01", expires_on="2026-01-04")
ENDS = Agreement(vendor="twilio", signed_on="2025-01-01", expires_on="2026-01-05")
CLINICS = {
    "": clinic(),
    "agreement ended yesterday": clinic(agreements=[ENDED.model_dump()]),
    "agreement ended that day": clinic(agreements=[ENDS.model_dump()]),
}


def another(at, key="m0", **changes):
    """One more message to Ana, checked before."""
    own = ("visit of before", "1", "reminder", "one_day", "sms", key)
    return replace(SENT, message_id=key, key=own, at=at, is_checked=False, **changes)


def before(*moments):
    return [another(at, f"m{n}-") for n, at in enumerate(moments)]


CONFIRMS = {
    "key": ("opt_in", "number", "consent"),
    "counts_for": ("ana by opt-in",),
    "held_to": ("ana by opt-in", "ana by phone"),
}

SITUATIONS = {
    "nothing wrong": ({}, []),
    "names no consent": ({"consent": None}, []),
    "another patient's consent": ({"consent": replace(GIVEN, is_for_it=False)}, []),
    "a refusal": ({"consent": replace(GIVEN, is_granted=False)}, []),
    "consent given an hour later": ({"consent": replace(GIVEN, at=NOW + HOUR)}, []),
    "consent that ran out": ({"consent": replace(GIVEN, until=NOW)}, []),
    "consent that runs out next": ({"consent": replace(GIVEN, until=NOW + HOUR)}, []),
    "sent at 08:59": ({"at": utc("2026-01-05 15:59:00Z")}, []),
    "sent at 19:59": ({"at": utc("2026-01-06 02:59:00Z")}, []),
    "sent at 20:00": ({"at": utc("2026-01-06 03:00:00Z")}, []),
    "08:00 in Los Angeles": ({"zones": ("America/Denver", "America/Los_Angeles")}, []),
    "at night, zone unknown": ({"at": utc("2026-01-06 09:00:00Z"), "zones": None}, []),
    "second of the day": ({}, before(NOW - HOUR)),
    "second of the day elsewhere": ({}, before(utc("2026-01-05 06:59:00Z"))),
    "second of the day, by another": ({}, [another(NOW - HOUR, counts_for=("bo by phone",))]),
    "shares a number": ({}, [another(NOW - HOUR, counts_for=("number", "bo by phone"))]),
    "both in one moment": ({}, before(NOW)),
    "fourth in seven days": ({}, before(NOW - 6 * DAY, NOW - 4 * DAY, NOW - 2 * DAY)),
    "fourth in seven and a bit": ({}, before(NOW - 7 * DAY, NOW - 4 * DAY, NOW - 2 * DAY)),
    "after a confirmation": ({}, [another(NOW - HOUR, counts_for=("ana by opt-in",))]),
    "a confirmation after a reminder": (CONFIRMS, before(NOW - HOUR)),
    "a confirmation as the first": (CONFIRMS, before(NOW - DAY)),
    "a consent confirmed twice": (CONFIRMS, [replace(another(NOW - 3 * DAY), **CONFIRMS)]),
    "no vendor": ({"vendor": None}, []),
    "taken twice": ({"taken": 2}, []),
    "another bears its key": ({}, [replace(another(NOW - 9 * DAY), key=SENT.key)]),
    "wrong in all, checked before": (
        {"consent": None, "at": utc("2026-01-06 09:00:00Z"), "vendor": None, "taken": 2}
        | {"is_checked": False},
        [],
    ),
}

TABLE = """
    situation                     | clinic                    | breaks
    nothing wrong                 |                           |
    names no consent              |                           | consented
    another patient's consent     |                           | consented
    a refusal                     |                           | consented
    consent given an hour later   |                           | consented
    consent that ran out          |                           | consented
    consent that runs out next    |                           |
    sent at 08:59                 |                           | in_window
    sent at 19:59                 |                           |
    sent at 20:00                 |                           | in_window
    08:00 in Los Angeles          |                           | in_window
    at night, zone unknown        |                           |
    second of the day             |                           | under_caps
    second of the day elsewhere   |                           |            # the day before
    second of the day, by another |                           |
    shares a number               |                           | under_caps
    both in one moment            |                           | under_caps
    fourth in seven days          |                           | under_caps
    fourth in seven and a bit     |                           |
    after a confirmation          |                           |
    a confirmation after a reminder |                         | under_caps
    a confirmation as the first   |                           |
    a consent confirmed twice     |                           | once
    nothing wrong                 | agreement ended yesterday | agreed
    nothing wrong                 | agreement ended that day  |
    no vendor                     |                           | agreed
    taken twice                   |                           | once
    another bears its key         |                           | once
    wrong in all, checked before  |                           |
"""

WAITING = """
    due for | since dispatch | allowed | stuck
    3 h     | looked         | yes     | yes
    61 min  | looked         | yes     | yes
    60 min  | looked         | yes     |
    3 h     | looked         |         |       # a gate holds it
    3 h     | never ran      | yes     |       # the alarm for late runs tells
"""

TABLES = {
    "Invariants: what must hold of everything that was sent": TABLE,
    "Invariants: what must not be left waiting": WAITING,
}

BOUNDS = Bounds(QuietHours(end=time(9), start=time(20)), 1, 3)


def broken(situation, of, checks=None):
    """The invariants that the message itself breaks."""
    changes, others = SITUATIONS[situation]
    found = breaches(CLINICS[of], [replace(SENT, **changes), *others], [], BOUNDS, checks)
    assert {one.message_id for one in found} <= {"m1"}
    return {one.invariant.value for one in found}


@each_row(TABLE)
def test_each_thing_that_must_not_be_is_seen_and_nothing_else(situation, clinic, breaks):
    assert broken(situation, clinic) == ({breaks} if breaks else set())


def test_every_situation_has_a_row():
    assert {row[0] for row in rows(TABLE)} == set(SITUATIONS)


@pytest.mark.parametrize("gone", CHECKS, ids=lambda check: check.__name__)
def test_every_check_is_needed(gone):
    others = tuple(check for check in CHECKS if check is not gone)
    missed = [row for row in rows(TABLE) if broken(row[0], row[1], others) != broken(*row[:2])]
    assert {row[2] for row in missed} == {gone.__name__}


@each_row(WAITING)
def test_nothing_that_may_go_is_passed_over_for_an_hour(due_for, since_dispatch, allowed, stuck):
    number, unit = due_for.split()
    waited = timedelta(**{"h": {"hours": int(number)}, "min": {"minutes": int(number)}}[unit])
    tried = NOW if since_dispatch == "looked" else None
    one = Waiting("m1", NOW - waited, tried, is_allowed=bool(allowed))
    assert [found.message_id for found in _stuck([one])] == (["m1"] if stuck else [])


_stuck = stuck
