"""Simulated patients read the clinic's texts and answer, each as their own truth says."""

from collections import Counter
from typing import Any

import httpx
import pytest

from sandbox.clinic.ask import Kind, read
from sandbox.clinic.engine import Clinic
from sandbox.clinic.intent import Intent
from sandbox.clinic.manners import Manners
from sandbox.clinic.visit import Visit
from sandbox.clinic.wording import put
from sandbox.moment import DAY, HOUR, local
from sandbox.server import Running
from sandbox.settings import Settings
from sandbox.twilio.answer import Answer
from sandbox.twilio.listener import Listener
from sandbox.twilio.record import Message

NUMBER = "+15005550006"
TEXTS = [
    # text, is it about a visit, kind, how many times, Spanish
    ("Northside: visit Tue Jan 6, 10:30 AM. Reply C to confirm, R to reschedule, STOP to opt out.",
     True, Kind.REMINDER, 0, False),
    ("Northside: cita martes 6 de enero, 10:30. Responda C para confirmar, R para cambiar.",
     True, Kind.REMINDER, 0, True),
    ("Northside: nueva hora martes 6, 10:30. C para confirmar, STOP para no recibir más.",
     True, Kind.REMINDER, 0, True),
    ("Other times: 1) Tue Jan 6 10:30 AM 2) Wed Jan 7 9:00 AM 3) Fri Jan 9 1:00 PM. Reply 1-3.",
     False, Kind.OFFER, 3, False),
    ("Reply 1 for Tue 10:30 AM, 2 for Wed 9:00 AM or call (303) 555-0100.",
     False, Kind.OFFER, 2, False),
    ("Responda 1 para martes 10:30, 2 para jueves 9:00.", False, Kind.OFFER, 2, True),
    ("1: Tue 10:30 AM\n2: Wed 9:00 AM", False, Kind.OFFER, 2, False),
    ("A time opened: Tue Jan 6 10:30 AM. Reply 1 to take it.", False, Kind.OFFER, 1, False),
    ("An earlier time opened: Tue 10:30 AM. Reply C to take it.", False, Kind.OFFER, 1, False),
    ("Sorry, that time was just taken. We keep you on the list.", False, Kind.TAKEN, 0, False),
    ("Esa hora ya no está libre. Gracias.", False, Kind.TAKEN, 0, True),
    ("That time was taken. Others: 1) Tue 9:00 AM 2) Wed 9:00 AM", False, Kind.OFFER, 2, False),
    ("Thank you, see you Tuesday at 1:30 PM.", True, Kind.NOTICE, 0, False),
    ("Northside: confirmed, Tue, Jan 6, 9:00 AM. To change it reply R or call. STOP to opt out",
     True, Kind.NOTICE, 0, False),
    ("Northside: done, your visit is Tue, Jan 6, 9:00 AM. To change it reply R or call.",
     True, Kind.NOTICE, 0, False),
    ("Northside: su cita mar 6 ene, 9:00 queda anulada. Otra hora: responda R o llame.",
     True, Kind.NOTICE, 0, True),
    ("Northside: thank you, a person will read your message. In a hurry? Call (303) 555-0100.",
     True, Kind.NOTICE, 0, False),
    ("Northside: gracias, le llamaremos por eso. O llame al (303) 555-0100. STOP: no más",
     True, Kind.NOTICE, 0, False),
    ("Northside: sorry, that time is taken by now. For another one reply R or call.",
     False, Kind.TAKEN, 0, False),
    ("Northside: hay una hora libre, mar 6 ene, 9:00. Responda 1 para tomarla.",
     False, Kind.OFFER, 1, True),
    ("Northside: visit Tue, 9:00 AM. Reply STOP to end these.", True, Kind.NOTICE, 0, False),
    ("Did we get that right?", False, Kind.QUESTION, 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "about", "kind", "times", "spanish"), TEXTS)
def test_a_text_is_read_as_a_person_would(
    text: str, about: bool, kind: Kind, times: int, spanish: bool
) -> None:
    ask = read(text, about)
    assert (ask.kind, len(ask.options), ask.spanish) == (kind, times, spanish)


def test_an_offered_time_is_the_words_behind_its_number() -> None:
    ask = read("Times: 1) Tue Jan 6 10:30 AM, 2) Wed Jan 7 9:00 AM. Reply 1 or 2", False)
    assert ask.options == ("Tue Jan 6 10:30 AM", "Wed Jan 7 9:00 AM")


class Street:
    """Many people who all get texts of one sort, in one process."""

    def __init__(self, manners: Manners, patients: int = 120) -> None:
        self.manners = manners
        self.clinic = Clinic(Settings(patients=patients, history_days=7))
        self.clinic.manners = manners
        self.listener = Listener(7, self.clinic)

    def remind(self, visit: Visit) -> list[Answer]:
        """One reminder, read at once; nothing when the patient has no phone."""
        phone = self.clinic.book.patients[visit.patient_id].phone
        if phone is None or len(self.clinic.book.by_phone[phone]) > 1:
            return []
        when = local(visit.starts_at, self.clinic.zone)
        return self.tell(phone, f"Visit {when:%a %b %-d}, {when:%-I:%M %p}. Reply C or R.")

    def tell(self, phone: str, text: str) -> list[Answer]:
        """Any text."""
        about = [] if self.clinic.is_stranger(phone) else self.clinic.reach(phone, "sms", text)
        visits = [str(one.id) for one in about]
        message = Message("SM1", phone, NUMBER, text, self.clinic.now, 0.0, visits=visits)
        return self.listener.hear(message, self.manners)

    def weeks(self, number: int) -> list[tuple[Visit, list[Answer]]]:
        """Every visit reminded once, two days ahead."""
        told: list[tuple[Visit, list[Answer]]] = []
        for _ in range(7 * number):
            for visit in list(self.clinic.book.visits.values()):
                if (visit.starts_at - self.clinic.now) // DAY == 2 and not visit.cancelled_at:
                    told.append((visit, self.remind(visit)))
            self.clinic.advance(self.clinic.now + DAY)
        return told


@pytest.fixture(scope="module")
def winter() -> list[tuple[Visit, list[Answer]]]:
    """Hundreds of visits, reminded; what is rare is made common enough to be seen."""
    common = Manners(stops=0.02, stranger=0.03, strays=0.02, slips=0.05, runs_late=0.05)
    return Street(common).weeks(9)


def test_most_reminders_are_answered_by_nothing_or_a_confirmation(
    winter: list[tuple[Visit, list[Answer]]],
) -> None:
    first = Counter(answers[0].intent if answers else Intent.NOTHING for _, answers in winter)
    total = sum(first.values())
    assert total > 400
    assert 0.32 < first[Intent.CONFIRM] / total < 0.50
    assert 0.30 < first[Intent.NOTHING] / total < 0.55
    assert 0.01 < (first[Intent.CANNOT_COME] + first[Intent.RESCHEDULE]) / total < 0.10
    everything = {one.intent for _, answers in winter for one in answers}
    expected = {Intent.LATE, Intent.QUESTION, Intent.STOP, Intent.WRONG_PERSON, Intent.STRAY}
    assert expected <= everything


def test_everything_that_can_go_awry_does(winter: list[tuple[Visit, list[Answer]]]) -> None:
    answers = [one for _, several in winter for one in several]
    marks = Counter(mark for one in answers for mark in one.marks)
    awry = {"typo", "emoji", "quote", "twice", "hours_later", "after_the_visit", "slip"}
    assert awry | {"correction", "unasked"} <= set(marks)
    assert {one.spanish for one in answers} == {True, False}
    assert len({one.text for one in answers}) > 60
    late = [one for one in answers if "after_the_visit" in one.marks]
    assert all(one.visit_starts_at is not None and one.due > one.visit_starts_at for one in late)


def test_who_confirms_misses_less_and_only_who_gave_up_says_so(
    winter: list[tuple[Visit, list[Answer]]],
) -> None:
    def missed(rows: list[Visit]) -> float:
        kept = [one for one in rows if one.outcome and one.outcome != "cancelled"]
        return sum(one.outcome in ("no_show", "late_cancel") for one in kept) / len(kept)

    yes = [visit for visit, a in winter if any(one.intent is Intent.CONFIRM for one in a)]
    silent = [visit for visit, answers in winter if not answers]
    assert missed(yes) < 0.6 * missed(silent)
    for visit, answers in winter:
        if any(one.intent in (Intent.CANNOT_COME, Intent.RESCHEDULE) for one in answers):
            assert visit.gave_up_at is not None


def test_who_gave_up_does_not_come_unless_the_visit_is_taken_off(
    winter: list[tuple[Visit, list[Answer]]],
) -> None:
    gone = Counter(visit.outcome for visit, _ in winter if visit.gave_up_at is not None)
    gone.pop(None, None)
    assert set(gone) <= {"no_show", "cancelled", "late_cancel"}
    assert gone["no_show"]  # nobody acted on what they wrote
    assert gone["cancelled"]  # they called in the end


def test_the_same_seed_says_the_same() -> None:
    def told() -> list[list[tuple[str, int]]]:
        days = Street(Manners(), patients=20).weeks(1)
        return [[(one.text, one.due) for one in answers] for _, answers in days]

    assert told() == told()


def test_a_text_to_one_patient_changes_nobody_elses_answers() -> None:
    quiet, loud = (Street(Manners(confirms=1), patients=20) for _ in range(2))
    coming = (v for v in quiet.clinic.book.visits.values() if v.starts_at > quiet.clinic.now)
    visits = sorted(coming, key=lambda v: v.id)
    first = loud.clinic.book.patients[visits[0].patient_id].phone
    assert first is not None
    for _ in range(5):
        loud.tell(first, "Reply C, please.")
    told = 0
    for visit in visits[1:]:
        if quiet.clinic.book.patients[visit.patient_id].phone != first:
            mine = quiet.remind(visit)
            theirs = loud.remind(loud.clinic.book.visits[visit.id])
            assert [one.text for one in mine] == [one.text for one in theirs]
            told += len(mine)
    assert told > 5


def test_of_offered_times_some_are_picked_by_number_in_words_or_beyond() -> None:
    street = Street(Manners(accepts_otherwise=0.9, accepts_when_wishing=0.9, quote=0))
    offer = "1) Tue Jan 13 10:30 AM 2) Wed Jan 14 9:00 AM 3) Thu Jan 15 1:00 PM. Reply 1, 2 or 3"
    phones = [p.phone for p in street.clinic.book.patients.values() if p.phone]
    answers = [one for phone in phones for one in street.tell(phone, offer)]
    picks = [one for one in answers if one.intent is Intent.CHOICE]
    assert {one.choice for one in picks} == {None, 1, 2, 3}
    assert Counter(one.choice for one in picks)[1] > Counter(one.choice for one in picks)[3]
    beyond = [one for one in picks if "beyond" in one.marks]
    assert beyond
    assert all(one.choice is None and one.text[0] in "456" for one in beyond)
    assert any("in_words" in one.marks for one in picks)
    assert all(
        one.option == read(offer, False).options[one.choice - 1] for one in picks if one.choice
    )
    hurried = Counter(one.due for one in picks if "hurried" in one.marks)
    assert max(hurried.values()) > 3  # they leave in the same second
    assert Intent.DECLINE in {one.intent for one in answers}


def test_a_taken_time_may_still_be_wanted() -> None:
    street = Street(Manners())
    phones = [p.phone for p in street.clinic.book.patients.values() if p.phone]
    taken = "Sorry, that time was just taken."
    said = {one.intent for phone in phones for one in street.tell(phone, taken)}
    assert {Intent.THANKS, Intent.RESCHEDULE, Intent.CHOICE} <= said


def test_what_acknowledges_an_answer_reminds_nobody_again() -> None:
    street = Street(Manners(stranger=0), patients=20)
    visit = min(
        (v for v in street.clinic.book.visits.values() if v.starts_at > street.clinic.now),
        key=lambda v: v.starts_at,
    )
    street.remind(visit)
    phone = street.clinic.book.patients[visit.patient_id].phone
    assert phone is not None
    when = local(visit.starts_at, street.clinic.zone)
    named = f"{when:%a %b %-d}, {when:%-I:%M %p}"
    street.tell(phone, f"Confirmed, {named}. To change it reply R or call.")
    assert len(visit.contacts) == 1
    street.tell(phone, f"Visit {named}. Reply C or R.")
    assert len(visit.contacts) == 2


def test_an_offer_without_numbers_is_taken_by_a_yes() -> None:
    ask = read("An earlier time opened: Tue 10:30 AM. Reply C to take it.", False)
    calm = Manners(quote=0, typo=0, emoji=0)
    word = put(Intent.CHOICE, False, "", ask, calm, "seed")
    assert word.choice == 1
    assert not word.text.isdigit()


@pytest.mark.parametrize("spanish", [False, True])
def test_every_intent_has_words_in_both_languages(spanish: bool) -> None:
    ask, calm = read("Reply C", True), Manners(quote=0, typo=0, emoji=0)
    for intent in set(Intent) - {Intent.NOTHING, Intent.CHOICE}:
        assert put(intent, spanish, "", ask, calm, 1).text


def test_a_moved_visit_has_a_fate_at_its_new_time() -> None:
    calm = Manners(
        writes_instead_of_calling=1,
        calls_unless_answered=0,
        knows_of_late_cancel=1,
        knows_of_no_show=1,
        stranger=0,
    )
    street = Street(calm)
    moved: list[Visit] = []
    for _ in range(60):
        for visit in list(street.clinic.book.visits.values()):
            if (visit.starts_at - street.clinic.now) // DAY == 3 and not visit.cancelled_at:
                street.remind(visit)
                if visit.gave_up_at is not None and visit.turn == 0:
                    at = visit.starts_at + 2 * HOUR
                    street.clinic.move(visit, at, at + HOUR)
                    moved.append(visit)
        street.clinic.advance(street.clinic.now + DAY)
    done = [one.outcome for one in moved if one.outcome]
    assert len(done) > 20
    came = done.count("arrived") / len(done)
    assert 0.6 < came < 0.95


def test_who_was_not_told_the_new_time_is_not_there(
    box: Running, control: httpx.Client, cliniko: httpx.Client
) -> None:
    control.post("/manners", json={}).raise_for_status()
    visits = [
        _visit(control, phone, f"2026-01-0{day}T16:00:00Z")
        for phone, day in (("+13035550181", 7), ("+13035550182", 8))
    ]
    for one, new in zip(visits, ("2026-01-07T18:00:00Z", "2026-01-08T18:00:00Z"), strict=True):
        changed = cliniko.patch(f"/individual_appointments/{one}", json={"starts_at": new})
        changed.raise_for_status()
    _text(box, "+13035550182", "New time: Thu Jan 8, 11:00 AM.")
    control.post("/clock", json={"now": "2026-01-10T00:00:00Z"}).raise_for_status()
    told = {one["id"]: one for one in control.get("/visits").json()}
    assert (told[visits[0]]["told"], told[visits[0]]["outcome"]) == (False, "no_show")
    assert told[visits[1]]["told"] is True


def _visit(control: httpx.Client, phone: str, starts_at: str) -> str:
    # One who never misses of their own accord.
    ana = control.post("/patients", json={"phone": phone, "effect": -9.0}).json()["id"]
    made = control.post("/visits", json={"patient_id": ana, "starts_at": starts_at})
    return str(made.raise_for_status().json()["id"])


def _text(box: Running, to: str, body: str) -> dict[str, Any]:
    account = box.world.settings.twilio_sid
    url = f"{box.twilio}/2010-04-01/Accounts/{account}/Messages.json"
    sent = {"To": to, "From": NUMBER, "Body": body}
    answer = httpx.post(url, data=sent, auth=(account, "sandbox-token")).raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
