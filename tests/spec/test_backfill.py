"""Who is offered a visit that came free, and in which order."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from data_contracts.message import RiskTier
from rules.backfill import OwnVisit, Plan, Slot, Waiter, Wishes, behind, ranked, why_not
from tests.spec.table import each_row, local, utc

DENVER = ZoneInfo("America/Denver")
WAITS_SINCE = utc("2026-01-01 00:00:00Z")
SLOT = Slot(
    freed_by="ana",
    practitioner_id="caro",
    visit_type="Follow-up",
    starts_at=local("2026-01-07 10:00", "America/Denver"),
    ends_at=local("2026-01-07 10:30", "America/Denver"),
    location_id="north",
)

# The slot: Ana's follow-up with Caro on Wednesday, January 7, from 10:00 to 10:30 in Denver.
WHO = """
    who | standing                          | may
    ana | whoever freed it                  | freed_it
    bo  | waiting for any time              | yes
    bo  | offered this slot before          | offered_before
    bo  | without a number, consent or room | unreachable  # or has had today's or the week's texts
    bo  | waiting for another kind of visit | other_kind
    bo  | coming to another place           | other_place
    bo  | coming to the same place          | yes
    bo  | booked later for an hour          | too_short
    bo  | booked later with Dev             | yes
    bo  | booked earlier                    | not_earlier
    bo  | coming that afternoon             | too_near
    bo  | coming the day before             | yes
    bo  | planned twice a week, coming the day before | too_near  # two days apart at least
    bo  | planned until the day before      | plan_over
    bo  | listed, and full by the plan      | yes          # who asked to come is offered it
    bo  | not listed, and full by the plan  | not_behind
    bo  | not listed, and one short         | yes
"""
WISHES = """
    wish                  | may
    Caro                  | yes
    Dev                   | not_wished
    Wednesdays            | yes
    Mondays or Fridays    | not_wished
    from 10:00            | yes
    from 10:01            | not_wished
    until 10:00           | yes
    until 09:59           | not_wished
    from January 7        | yes
    from January 8        | not_wished
    until January 7       | yes
    until January 6       | not_wished
"""
BEHIND = """
    a week | visits that week | before | in all | lacks
    2      | 0                | 0      |        | 2
    2      | 1                | 4      |        | 1
    2      | 2                | 0      |        | 0
    2      | 3                | 0      |        | 0
    2.5    | 2                | 0      |        | 0.5
    0.5    | 0                | 0      |        | 1     # counted over two weeks
    0.5    | 0                | 1      |        | 0
    2      | 0                | 4      | 4      | 0     # all that the plan gives were booked
"""
ORDER = """
    first                 | then                   | why
    urgent, new therapist | soon, own therapist    | urgency comes first
    own therapist, high   | new therapist, low     | then who knows the therapist
    low                   | unknown                | then who is likely to come
    unknown               | high                   | a held-out visit's risk is unknown
    medium, early         | unknown, late          | unknown counts as medium
    unknown, early        | medium, late           | and neither more nor less
    two short             | one short, early       | then who is further behind the plan
    early                 | late                   | then who has waited longer
"""
TABLES = {
    "A slot: who may be offered it": WHO,
    "A slot: what suits somebody": WISHES,
    "A slot: how many visits a patient lacks by the plan of care, in its week": BEHIND,
    "A slot: who is offered it first": ORDER,
}


def at(text: str):
    return local(text, "America/Denver")


def plan(per_week: float, **more) -> Plan:
    return Plan(per_week, date(2025, 12, 1), **more)


BO = Waiter("bo", WAITS_SINCE)
SAID = {
    "whoever freed it": Waiter("ana", WAITS_SINCE),
    "waiting for any time": BO,
    "offered this slot before": Waiter("bo", WAITS_SINCE, was_offered=True),
    "without a number, consent or room": Waiter("bo", WAITS_SINCE, is_reachable=False),
    "waiting for another kind of visit": Waiter("bo", WAITS_SINCE, visit_type="Initial"),
    "coming to another place": Waiter("bo", WAITS_SINCE, place="south"),
    "coming to the same place": Waiter("bo", WAITS_SINCE, place="north"),
    "booked later for an hour": Waiter(
        "bo", WAITS_SINCE, own=OwnVisit(at("2026-01-09 10:00"), at("2026-01-09 11:00"))
    ),
    "booked later with Dev": Waiter(
        "bo", WAITS_SINCE, own=OwnVisit(at("2026-01-09 10:00"), at("2026-01-09 10:30"), "dev")
    ),
    "booked earlier": Waiter("bo", WAITS_SINCE, own=OwnVisit(at("2026-01-06 10:00"))),
    "coming that afternoon": Waiter("bo", WAITS_SINCE, visits=(at("2026-01-07 16:00"),)),
    "coming the day before": Waiter("bo", WAITS_SINCE, visits=(at("2026-01-06 23:30"),)),
    "planned twice a week, coming the day before": Waiter(
        "bo", WAITS_SINCE, visits=(at("2026-01-06 16:00"),), plan=plan(2)
    ),
    "planned until the day before": Waiter(
        "bo", WAITS_SINCE, plan=plan(2, ends_on=date(2026, 1, 6))
    ),
    "listed, and full by the plan": Waiter(
        "bo", WAITS_SINCE, visits=(at("2025-12-10 09:00"),), plan=plan(2, visits=1)
    ),
    "not listed, and full by the plan": Waiter(
        "bo", WAITS_SINCE, is_listed=False, visits=(at("2025-12-10 09:00"),), plan=plan(2, visits=1)
    ),
    "not listed, and one short": Waiter(
        "bo", WAITS_SINCE, is_listed=False, visits=(at("2026-01-09 09:00"),), plan=plan(2)
    ),
}
WISHED = {
    "Caro": Wishes(therapists=frozenset({"caro"})),
    "Dev": Wishes(therapists=frozenset({"dev"})),
    "Wednesdays": Wishes(weekdays=frozenset({2})),
    "Mondays or Fridays": Wishes(weekdays=frozenset({0, 4})),
    "from 10:00": Wishes(earliest=time(10, 0)),
    "from 10:01": Wishes(earliest=time(10, 1)),
    "until 10:00": Wishes(latest=time(10, 0)),
    "until 09:59": Wishes(latest=time(9, 59)),
    "from January 7": Wishes(first=date(2026, 1, 7)),
    "from January 8": Wishes(first=date(2026, 1, 8)),
    "until January 7": Wishes(last=date(2026, 1, 7)),
    "until January 6": Wishes(last=date(2026, 1, 6)),
}


@each_row(WHO)
def test_who_may_be_offered_it(who, standing, may):
    found = why_not(SLOT, SAID[standing], DENVER, 1)
    assert SAID[standing].patient_id == who
    assert (found.value if found else "yes") == may


@each_row(WISHES)
def test_what_suits_somebody(wish, may):
    found = why_not(SLOT, Waiter("bo", WAITS_SINCE, wishes=WISHED[wish]), DENVER, 1)
    assert (found.value if found else "yes") == may


@each_row(BEHIND)
def test_how_many_visits_somebody_lacks(a_week, visits_that_week, before, in_all, lacks):
    this = tuple(at(f"2026-01-0{5 + n} 09:00") for n in range(int(visits_that_week)))
    earlier = tuple(at(f"2025-12-{29 + n} 09:00") for n in range(min(int(before), 3)))
    earlier += tuple(at("2025-12-15 09:00") for _ in range(int(before) - len(earlier)))
    said = plan(float(a_week), visits=int(in_all) if in_all else None)
    one = Waiter("bo", WAITS_SINCE, visits=(*earlier, *this), plan=said)
    assert behind(SLOT, one, DENVER) == float(lacks)


def waiter(name: str, words: str) -> Waiter:
    said = {word.strip() for word in words.split(",")}
    tiers = {"low": RiskTier.LOW, "medium": RiskTier.MEDIUM, "high": RiskTier.HIGH}
    short = 2 if "two short" in said else 1 if "one short" in said else 0
    return Waiter(
        patient_id=name,
        since=WAITS_SINCE + timedelta(days=0 if "early" in said else 1),
        urgency=2 if "urgent" in said else 1 if "soon" in said else 0,
        usual=frozenset({"caro"} if "own therapist" in said else set()),
        tier=next((tiers[word] for word in said if word in tiers), None),
        plan=plan(float(short)) if short else None,
    )


@each_row(ORDER)
def test_who_is_offered_it_first(first, then, why):
    # The names would put the second one first.
    one, other = waiter("zoe", first), waiter("abe", then)
    for given in ([one, other], [other, one]):
        assert [each.patient_id for each in ranked(SLOT, given, DENVER, 1)] == ["zoe", "abe"]


def test_equal_ones_keep_one_order_whatever_order_they_come_in():
    people = [Waiter(name, WAITS_SINCE) for name in ("cid", "abe", "bo")]
    for given in (people, people[::-1]):
        assert [one.patient_id for one in ranked(SLOT, given, DENVER, 1)] == ["abe", "bo", "cid"]


def test_a_patient_with_a_line_and_a_plan_is_offered_it_once_by_the_better_place():
    by_plan = Waiter("bo", WAITS_SINCE, is_listed=False, plan=plan(2))
    by_list = Waiter("bo", WAITS_SINCE, urgency=2, plan=plan(2))
    assert ranked(SLOT, [by_plan, by_list], DENVER, 1) == (by_list,)
