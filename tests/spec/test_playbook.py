"""The 90 days: which week belongs to which phase, and what must be so to enter, leave and close."""

from datetime import date, timedelta

from data_contracts.sprint import Activity, Lever, Phase, SampleTime, Verdict
from rules.playbook import (
    Facts,
    phase_by_plan,
    sample_problem,
    to_close,
    to_enter,
    to_leave,
    week_of,
)
from tests.spec.table import each_row

WEEKS = """
    day of the sprint | week | phase
    1                 | 1    | audit
    7                 | 1    | audit
    14                | 2    | audit
    15                | 3    | no_show
    42                | 6    | no_show
    43                | 7    | intake_insurance
    84                | 12   | intake_insurance
    85                | 13   | optimisation
    91                | 13   | optimisation
    92                | 14   | optimisation      # until somebody closes it
"""

ASKED = """
    lever            | what is asked
    no_show          | week, alone, baseline, delivery, clinicians, timed before
    intake_insurance | week, alone, baseline, insurance, clinicians, timed before
    engagement       | week, alone, baseline, clinicians, timed before
"""

ENTRY = """
    lever            | week | otherwise                            | still open
    no_show          | 3    |                                      |
    no_show          | 2    |                                      | week
    no_show          | 9    |                                      |  # late is no reason to wait
    no_show          | 3    | not frozen                           | baseline
    no_show          | 3    | `delivery` is off                    | delivery
    no_show          | 3    | nothing timed                        | timed before
    no_show          | 3    | only after timed                     | timed before
    no_show          | 3    | none told                            | clinicians
    no_show          | 1    | not frozen, none told                | week, baseline, clinicians
    intake_insurance | 7    |                                      |
    intake_insurance | 7    | no insurance in the file             | insurance
    intake_insurance | 7    | no_show on for 3 weeks               | alone
    intake_insurance | 7    | no_show on for 4 weeks               |
    intake_insurance | 4    | no_show on for 1 weeks               | week, alone
    engagement       | 13   | intake_insurance on for 6 weeks      |
    engagement       | 12   | intake_insurance on for 5 weeks      | week
"""

BASELINES = """
    weeks | verdict
          | open     # not frozen
    0     | said     # frozen, and no visit had an outcome
    2     | said
    7     | said
    8     | passed
    13    | passed
"""

CLINICIANS = """
    therapists | told | verdict
    1          |      | open
    1          | 1    | passed      # one therapist is everybody
    2          | 1    | passed
    3          | 1    | open
    3          | 2    | passed
    0          | 1    | passed      # the book names none
    0          | 0    | open
"""

EXIT = """
    phase            | lever on for | otherwise                | still open
    audit            |              |                          |
    audit            |              | not frozen               | baseline
    no_show          | 4            |                          |
    no_show          | 3            |                          | long enough
    no_show          |              |                          | long enough
    no_show          | 4            | nothing timed            | timed after
    no_show          | 4            | nobody drawn as held out | hold-out
    no_show          | 4            | begun without a hold-out |              # said, not open
    intake_insurance | 6            |                          |
    intake_insurance | 5            |                          | long enough
    optimisation     | 1            |                          |
"""

CLOSING = """
    phase            | week | engagement on for | still open
    optimisation     | 14   | 1                 |
    optimisation     | 13   | 1                 | length
    intake_insurance | 14   |                   | last phase
    audit            | 2    |                   | length, last phase
"""

SAMPLES = """
    when   | timed on   | lever on   | problem
    before | 2026-01-05 |            |
    before | 2026-01-18 | 2026-01-19 |
    before | 2026-01-19 | 2026-01-19 | the lever is on since 2026-01-19; this is `after`
    after  | 2026-01-19 | 2026-01-19 |
    after  | 2026-01-18 | 2026-01-19 | its lever was not on yet; this is `before`
    after  | 2026-01-18 |            | its lever was not on yet; this is `before`
"""

TABLES = {
    "Sprint: the phase of a week": WEEKS,
    "Sprint: what is asked before a lever is switched on": ASKED,
    "Sprint: what keeps a lever off": ENTRY,
    "Sprint: the baseline": BASELINES,
    "Sprint: are clinicians involved": CLINICIANS,
    "Sprint: what keeps a phase from ending": EXIT,
    "Sprint: what keeps a sprint from ending": CLOSING,
    "Sprint: may a timed sample be called that": SAMPLES,
}

FIRST_DAY = date(2026, 1, 5)
ALL = frozenset((activity, when) for activity in Activity for when in SampleTime)
AFTER = frozenset((activity, SampleTime.AFTER) for activity in Activity)
WELL = {
    "started_on": FIRST_DAY,
    "baseline_weeks": 13,
    "is_insurance_connected": True,
    "clinicians": 2,
    "therapists": 3,
    "samples": ALL,
    "treated": 40,
    "held_out": 38,
}
OTHERWISE = {
    "not frozen": {"baseline_weeks": None},
    "`delivery` is off": {"not_ready": ("`delivery` is off",)},
    "nothing timed": {"samples": frozenset()},
    "only after timed": {"samples": AFTER},
    "none told": {"clinicians": None},
    "no insurance in the file": {"is_insurance_connected": False},
    "nobody drawn as held out": {"held_out": 0},
    "begun without a hold-out": {"held_out": 0, "has_hold_out": False},
}


def facts(week: int, otherwise: str = "", **on_for: int) -> Facts:
    today = FIRST_DAY + timedelta(weeks=week - 1)
    changes: dict = {}
    for words in filter(None, otherwise.split(", ")):
        lever, _, weeks = words.partition(" on for ")
        if weeks:
            on_for[lever] = int(weeks.split()[0])
        else:
            changes |= OTHERWISE[words]
    days = tuple((Lever(one), today - timedelta(weeks=weeks)) for one, weeks in on_for.items())
    return Facts(today=today, lever_days=days, **(WELL | changes))


def opened(checks) -> str:
    return ", ".join(one.name for one in checks if one.verdict is Verdict.OPEN)


@each_row(WEEKS)
def test_a_day_belongs_to_a_week_and_the_week_to_a_phase(day_of_the_sprint, week, phase):
    found = week_of(FIRST_DAY, FIRST_DAY + timedelta(days=int(day_of_the_sprint) - 1))
    assert (found, phase_by_plan(found)) == (int(week), phase)


@each_row(ASKED)
def test_each_lever_has_its_checks(lever, what_is_asked):
    assert ", ".join(one.name for one in to_enter(Lever(lever), facts(13))) == what_is_asked


@each_row(ENTRY)
def test_a_lever_stays_off_while_a_check_is_open(lever, week, otherwise, still_open):
    assert opened(to_enter(Lever(lever), facts(int(week), otherwise))) == still_open


@each_row(BASELINES)
def test_a_short_baseline_lets_pass_and_is_said(weeks, verdict):
    given = Facts(**(WELL | {"today": FIRST_DAY, "baseline_weeks": int(weeks) if weeks else None}))
    (found,) = to_leave(Phase.AUDIT, given)
    assert found.verdict == verdict


@each_row(CLINICIANS)
def test_half_of_the_therapists_are_involved(therapists, told, verdict):
    known = {"therapists": int(therapists), "clinicians": int(told) if told else None}
    checks = to_enter(Lever.NO_SHOW, Facts(**(WELL | known | {"today": FIRST_DAY})))
    assert [one.verdict for one in checks if one.name == "clinicians"] == [verdict]


@each_row(EXIT)
def test_a_phase_lasts_until_it_has_shown_something(phase, lever_on_for, otherwise, still_open):
    lever = {"no_show": "no_show", "intake_insurance": "intake_insurance"}.get(phase, "engagement")
    on_for = {lever: int(lever_on_for)} if lever_on_for else {}
    given = facts(14, otherwise, **on_for)
    assert opened(to_leave(Phase(phase), given)) == still_open


@each_row(CLOSING)
def test_a_sprint_ends_after_its_weeks_and_in_its_last_phase(
    phase, week, engagement_on_for, still_open
):
    on_for = {"engagement": int(engagement_on_for)} if engagement_on_for else {}
    assert opened(to_close(Phase(phase), facts(int(week), **on_for))) == still_open


@each_row(SAMPLES)
def test_a_sample_is_of_the_work_as_it_was_on_its_day(when, timed_on, lever_on, problem):
    on = date.fromisoformat(lever_on) if lever_on else None
    found = sample_problem(SampleTime(when), date.fromisoformat(timed_on), on)
    assert (found or "") == problem
