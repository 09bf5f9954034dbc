"""The simulated clinic is plausible, and the same for the same seed however it is driven."""

import math
import time
from collections import Counter
from itertools import pairwise

import httpx
import pytest
from sklearn.metrics import roc_auc_score

from sandbox.clinic import behaviour
from sandbox.clinic.engine import Clinic
from sandbox.clinic.phone import MOST, number
from sandbox.clinic.visit import Visit
from sandbox.moment import DAY, HOUR, local
from sandbox.settings import Settings

SMALL = Settings(patients=40, history_days=60)


def _missed(visit: Visit) -> bool:
    return visit.outcome in ("no_show", "late_cancel")


def _kept(clinic: Clinic) -> list[Visit]:
    past = [v for v in clinic.book.visits.values() if v.outcome and v.starts_at < clinic.now]
    return [one for one in past if one.outcome != "cancelled"]


def _story(clinic: Clinic) -> list[tuple[object, ...]]:
    rows = clinic.book.visits.values()
    return [(v.id, v.starts_at, v.updated_at, v.cancelled_at, v.arrived, v.outcome) for v in rows]


def test_about_eighteen_percent_are_missed_without_reminders(year: Clinic) -> None:
    kept = _kept(year)
    assert 0.15 < sum(map(_missed, kept)) / len(kept) < 0.21
    assert 125 < len(kept) / 52 < 155


def test_the_true_probability_ranks_as_well_as_is_realistic(year: Clinic) -> None:
    kept = _kept(year)
    auc = roc_auc_score([_missed(v) for v in kept], [v.probability for v in kept])
    assert 0.68 < auc < 0.77


def test_the_true_probability_is_calibrated(year: Clinic) -> None:
    kept = sorted(_kept(year), key=lambda v: v.probability)
    for part in (kept[: len(kept) // 2], kept[len(kept) // 2 :]):
        expected = sum(v.probability for v in part)
        spread = math.sqrt(sum(v.probability * (1 - v.probability) for v in part))
        assert abs(sum(map(_missed, part)) - expected) < 4 * spread


def test_no_therapist_is_planned_twice_at_once(year: Clinic) -> None:
    live = [v for v in year.book.visits.values() if v.cancelled_at is None]
    for first, second in pairwise(sorted(live, key=lambda v: (v.therapist_id, v.starts_at))):
        assert first.therapist_id != second.therapist_id or first.ends_at <= second.starts_at


def test_visits_are_booked_before_they_start_and_in_working_hours(year: Clinic) -> None:
    for visit in year.book.visits.values():
        assert visit.created_at < visit.starts_at
        when = local(visit.starts_at, year.zone)
        assert when.weekday() < 5
        assert 7 <= when.hour < 19


def test_phones_are_fictional_and_shared_by_families_only(year: Clinic) -> None:
    assert len({number(index) for index in range(MOST)}) == MOST
    phones = [p.phone for p in year.book.patients.values()]
    assert all(one is None or (one[5:10] == "55501" and len(one) == 12) for one in phones)
    shared = [one for one, times in Counter(phones).items() if one and times > 1]
    assert 0 < len(shared) < len(phones) / 50
    assert None in phones


def test_the_awkward_patients_are_there(year: Clinic) -> None:
    people = list(year.book.patients.values())
    assert any(p.phone_kind == "Home" for p in people)
    assert any(p.guardian for p in people)
    assert any("🌻" in p.first_name for p in people)
    assert any(len(p.last_name) > 40 for p in people)
    assert any(p.unreachable for p in people)


def test_the_same_seed_tells_the_same_story() -> None:
    assert _story(Clinic(SMALL)) == _story(Clinic(SMALL))
    other = Settings(seed=8, patients=40, history_days=60)
    assert _story(Clinic(SMALL)) != _story(Clinic(other))


def test_small_steps_of_the_clock_end_where_one_big_step_does() -> None:
    slow, fast = Clinic(SMALL), Clinic(SMALL)
    end = slow.now + 14 * DAY
    while slow.now < end:
        slow.advance(slow.now + 4 * HOUR)
    fast.advance(end)
    assert _story(slow) == _story(fast)


def test_a_reminder_changes_only_its_own_patients_visits() -> None:
    quiet, loud = Clinic(SMALL), Clinic(SMALL)
    visit = next(v for v in loud.book.visits.values() if _comes(v, loud))
    phone = loud.book.patients[visit.patient_id].phone
    assert phone is not None
    assert loud.reach(phone, "sms", "See you soon") == [visit]
    assert visit.reminded_probability < visit.probability
    for clinic in (quiet, loud):
        clinic.advance(clinic.now + 10 * DAY)
    pairs = zip(_story(quiet), _story(loud), strict=True)
    assert {mine[0] for mine, theirs in pairs if mine != theirs} <= {visit.id}


def _comes(visit: Visit, clinic: Clinic) -> bool:
    patient = clinic.book.patients[visit.patient_id]
    coming = [v for v in clinic.book.by_patient[visit.patient_id] if v.starts_at > clinic.now]
    soon = min(coming, key=lambda v: v.starts_at, default=None)
    alone = patient.phone is not None and len(clinic.book.by_phone[patient.phone]) == 1
    return (
        visit is soon
        and alone
        and visit.starts_at < clinic.now + 5 * DAY
        and not visit.cancelled_at
    )


def test_two_texts_prevent_about_as_much_as_the_trials_say() -> None:
    settings = Settings(history_days=1)
    quiet, loud = Clinic(settings), Clinic(settings)
    end = quiet.now + 120 * DAY
    quiet.advance(end)
    while loud.now < end:
        _remind_two_days(loud)
        loud.advance(loud.now + DAY)
    rates = [sum(map(_missed, _kept(one))) / len(_kept(one)) for one in (quiet, loud)]
    assert 0.5 < rates[1] / rates[0] < 0.75
    outcomes = [Counter(v.outcome for v in one.book.visits.values()) for one in (quiet, loud)]
    assert outcomes[1]["cancelled"] > outcomes[0]["cancelled"]
    assert outcomes[1]["arrived"] > outcomes[0]["arrived"]


def _remind_two_days(clinic: Clinic) -> None:
    for visit in list(clinic.book.visits.values()):
        ahead = (visit.starts_at - clinic.now) // DAY
        phone = clinic.book.patients[visit.patient_id].phone
        if ahead in (1, 3) and phone and not visit.cancelled_at:
            when = local(visit.starts_at, clinic.zone)
            clinic.reach(phone, "sms", f"{when:%A %-d %B at %-I:%M %p}")


def test_a_text_is_about_the_visit_it_names() -> None:
    book = Clinic(SMALL)
    visits = [v for v in book.book.visits.values() if book.now < v.starts_at < book.now + 7 * DAY]
    counts = Counter(v.patient_id for v in visits if not v.cancelled_at)
    busy = next(one for one, times in counts.items() if times > 1 and book.book.patients[one].phone)
    last = max((v for v in visits if v.patient_id == busy), key=lambda v: v.starts_at)
    when = local(last.starts_at, book.zone)
    phone = book.book.patients[busy].phone
    assert phone is not None
    named = book.reach(phone, "sms", f"Visit {when:%a %b %-d} {when:%-I:%M} {when:%p}.")
    assert last in named


@pytest.mark.parametrize(
    ("texts", "voice", "low", "high"), [(1, 0, 0.12, 0.14), (2, 1, 0.06, 0.09)]
)
def test_contacts_lower_an_eighteen_percent_risk(
    texts: int, voice: int, low: float, high: float
) -> None:
    base = math.log(0.18 / 0.82)
    told = base + behaviour.FIRST_SMS * (texts > 0) + behaviour.SECOND_SMS * (texts > 1)
    assert low < behaviour.share(told + behaviour.VOICE * voice) < high


def test_the_clinic_starts_in_three_seconds_and_steps_in_a_fifth() -> None:
    begun = time.process_time()
    clinic = Clinic(Settings())
    assert time.process_time() - begun < 3
    begun = time.process_time()
    for _ in range(42):
        clinic.advance(clinic.now + 4 * HOUR)
    assert (time.process_time() - begun) / 42 < 0.2


def test_the_clock_moves_forward_only(control: httpx.Client) -> None:
    there = control.post("/clock", json={"now": "2026-01-06T07:00:00Z"})
    assert there.json()["events"] > 0
    back = control.post("/clock", json={"now": "2026-01-05T07:00:00Z"})
    assert back.status_code == 400
    assert control.get("/clock").json()["now"] == "2026-01-06T07:00:00Z"
