"""Who misses and what a reminder changes. BEHAVIOUR.md names the source of every number here."""

import math
from datetime import date
from zoneinfo import ZoneInfo

from sandbox.chance import draws, normal
from sandbox.clinic.climate import observed
from sandbox.clinic.person import Patient
from sandbox.clinic.visit import Visit
from sandbox.moment import DAY, local

INTERCEPT = -1.83
LEAD = 0.30  # per natural log of a day booked ahead, around eight days
SAME_DAY = -0.60
FIRST_VISIT = 0.35
MONDAY_FRIDAY = 0.20
YOUNG, OLD = 0.35, -0.25
SPINE_OR_BALANCE = 0.20
TENURE = -0.02  # per visit of the episode, up to twelve
GAP = 0.08  # per natural log of a day since the previous visit, around seven days
WEEK_SD = 0.15
COLD, HOT = 0.0072, 0.0064  # per degree Fahrenheit beyond 39 and 89
SNOWY, WINDY = 0.45, 0.20
TROUBLED = frozenset({"Lumbar spine", "Cervical spine", "Balance and gait"})

FIRST_SMS, SECOND_SMS, VOICE = math.log(0.68), math.log(0.80), math.log(0.72)
LATE_CANCEL_SHARE = 0.45
PREVENTED_CANCEL_SHARE = 0.35
EARLY_CANCEL_SHARE, MOVE_SHARE = 0.08, 0.06
UNRECORDED_SHARE = 0.01


def untouched(seed: int, zone: ZoneInfo, visit: Visit, patient: Patient, region: str) -> float:
    """Logit of missing the visit when nobody reminds the patient."""
    when = local(visit.starts_at, zone)
    lead = max(visit.starts_at - visit.scheduled_at, 0) / DAY
    score = INTERCEPT + patient.effect + LEAD * (math.log1p(lead) - math.log1p(8))
    score += SAME_DAY * (lead < 1) + FIRST_VISIT * (visit.number == 1)
    score += MONDAY_FRIDAY * (when.weekday() in (0, 4)) + SPINE_OR_BALANCE * (region in TROUBLED)
    score += TENURE * min(visit.number, 12)
    score += GAP * (math.log1p(visit.days_since_previous) - math.log1p(7))
    return (
        score
        + _age(patient, when.date())
        + _sky(seed, patient, when.date())
        + _week(seed, when.date())
    )


def reminded(visit: Visit, before: int) -> float:
    """What the contacts that arrived before a moment add to the logit."""
    texts = sum(one.channel == "sms" for one in visit.contacts if one.at < before)
    spoken = any(one.channel == "voice" for one in visit.contacts if one.at < before)
    return FIRST_SMS * (texts >= 1) + SECOND_SMS * (texts >= 2) + VOICE * spoken


def share(logit: float) -> float:
    """The probability of a logit."""
    return 1.0 / (1.0 + math.exp(-logit))


def _age(patient: Patient, day: date) -> float:
    years = (day - patient.birth).days / 365.25
    return YOUNG * (years < 30) + OLD * (years >= 65)


def _week(seed: int, day: date) -> float:
    year, week, _ = day.isocalendar()
    first, second, *_ = draws(seed, "week", year, week)
    return WEEK_SD * normal(first, second)


def _sky(seed: int, patient: Patient, day: date) -> float:
    weather = observed(seed, day)
    fahrenheit = 32 + 0.9 * (weather.warmest + weather.coldest)
    warmest = 32 + 1.8 * weather.warmest
    score = COLD * max(0.0, 39 - fahrenheit) + HOT * max(0.0, warmest - 89)
    score *= 2.0 if (day - patient.birth).days >= 65 * 365.25 else 1.0
    return score + SNOWY * (weather.snowfall >= 5) + WINDY * (weather.wind >= 35)
