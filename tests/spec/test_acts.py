"""What an answer makes happen, and what it leaves to a person."""

from dataclasses import replace
from datetime import timedelta

from data_contracts.capabilities import CAPABILITIES
from data_contracts.dialogue import (
    Concern,
    Offer,
    OfferKind,
    OfferStatus,
    Opening,
    ToldVisit,
    Topic,
)
from data_contracts.reply import Meaning, Reading
from rules.acts import act_on
from tests.cast import NOW
from tests.spec.table import each_row

VISIT = ToldVisit("v1", told_version=1, version=1, status="booked", starts_at=NOW + timedelta(1))
STATES = {
    "as told": (VISIT,),
    "moved since": (replace(VISIT, version=2),),
    "off since": (replace(VISIT, version=2, status="cancelled"),),
    "off by us": (replace(VISIT, status="cancelled", by_us=True),),
    "begun": (replace(VISIT, starts_at=NOW),),
    "two of a day": (VISIT, replace(VISIT, visit_id="v2")),
    "two, one moved": (VISIT, replace(VISIT, visit_id="v2", version=2)),
    "none": (),
}
OPTIONS = tuple(Opening("caro", None, NOW + timedelta(days=day)) for day in (2, 3))
OFFER = Offer("o1", OfferKind.OTHER_TIME, "ana", "v1", 1, None, OPTIONS, NOW, OfferStatus.OPEN)
SYSTEMS = {
    "writes": CAPABILITIES["cliniko"],
    "reads": CAPABILITIES["jane"],
    "files": CAPABILITIES["report_files"],
    "no cancel": replace(CAPABILITIES["cliniko"], can_cancel=False),
    "no moves": replace(CAPABILITIES["cliniko"], sees_openings=False),
}

ANSWERS = """
    says        | about          | book   | does       | tells     | person
    confirm     | as told        | writes | confirm    | confirmed | -
    confirm     | as told        | files  | confirm    | confirmed | -
    confirm     | two of a day   | writes | confirm    | confirmed | -
    confirm     | two, one moved | writes | ask_person | will_call | book_changed
    confirm     | moved since    | writes | ask_person | will_call | book_changed # which time?
    confirm     | off since      | writes | ask_person | will_call | book_changed
    confirm     | off by us      | writes | book_again | -         | - # an undo
    confirm     | off by us      | reads  | ask_person | will_call | book_changed
    confirm     | begun          | writes | ask_person | will_call | book_changed
    cannot_come | as told        | writes | cancel     | -         | -
    cannot_come | as told        | no cancel | ask_person | will_call | wants_to_cancel
    cannot_come | as told        | reads  | ask_person | will_call | wants_to_cancel
    cannot_come | as told        | files  | ask_person | will_call | wants_to_cancel
    cannot_come | two of a day   | writes | ask_person | will_call | wants_to_cancel # which one?
    cannot_come | moved since    | writes | ask_person | will_call | book_changed
    cannot_come | off by us      | writes | ask_person | will_call | book_changed
    reschedule  | as told        | writes | find_times | -         | -
    reschedule  | off by us      | writes | find_times | -         | - # after "reply R"
    reschedule  | as told        | no moves | ask_person | will_call | wants_other_time
    reschedule  | as told        | reads  | ask_person | will_call | wants_other_time
    reschedule  | two of a day   | writes | ask_person | will_call | wants_other_time
    reschedule  | moved since    | writes | ask_person | will_call | book_changed
    reschedule  | begun          | writes | ask_person | will_call | book_changed
    late        | as told        | writes | note       | late      | comes_late
    late        | as told        | files  | note       | late      | comes_late
    question    | as told        | writes | ask_person | unclear   | not_understood
    unclear     | as told        | writes | ask_person | unclear   | not_understood
"""

CHOICES = """
    picks | offer | does       | tells   | person
    1     | open  | take       | -       | -
    2     | open  | take       | -       | -
    3     | open  | ask_person | unclear | not_understood # only two were offered
    1     | none  | ask_person | unclear | not_understood # it ran out, or there never was one
"""

WHOSE = """
    people | sure | does       | tells   | person
    1      | yes  | confirm    | confirmed | -
    1      | no   | ask_person | unclear | not_understood # "yes if my ride comes"
    0      | yes  | ask_person | -       | whose_unknown  # nobody was told anything there
    2      | yes  | ask_person | -       | whose_unknown  # mother and son share the number
"""
THANKS = """
    says | our last word | does       | tells     | person
    ok   | a reminder    | confirm    | confirmed | -
    ok   | confirmed     | nothing    | -         | -
    ok   | cancelled     | nothing    | -         | -   # thanks, not a change of mind
    ok   | moved         | nothing    | -         | -
    ok   | will_call     | nothing    | -         | -
    ok   | taken         | nothing    | -         | -
    ok   | times         | confirm    | confirmed | -   # of the offer the grammar makes a person's
    C    | cancelled     | confirm    | confirmed | -
"""
SLOTS = """
    says        | beside it      | does       | tells   | person
    choice      | nothing        | take       | -       | -
    confirm     | nothing        | take       | -       | -      # of one time offered
    cannot_come | nothing        | decline    | -       | -
    reschedule  | nothing        | ask_person | unclear | not_understood
    choice      | as told        | take       | -       | -
    confirm     | as told        | ask_person | unclear | not_understood # which?
    cannot_come | as told        | ask_person | unclear | not_understood # never their own visit
"""
TABLES = {
    "An answer to the offer of a slot that came free, beside what was told before": SLOTS,
    "Answers: what a machine does alone": ANSWERS,
    "Answers: picking an offered time": CHOICES,
    "Answers: whose they are, and how sure we are": WHOSE,
    "Answers: a mere yes or thanks": THANKS,
}


def told(act):
    said = act.says.value if act.says else "-"
    return act.doing.value, said, act.reason.value if act.reason else "-"


@each_row(ANSWERS)
def test_an_answer_does_what_it_asks_for_where_that_is_safe(says, about, book, does, tells, person):
    reading = Reading(Meaning(says), is_automatic=says not in ("question", "unclear"))
    concern = Concern(people=1, patient_id="ana", visits=STATES[about])
    assert told(act_on(reading, concern, SYSTEMS[book], NOW)) == (does, tells, person)


@each_row(CHOICES)
def test_a_number_picks_what_was_offered(picks, offer, does, tells, person):
    reading = Reading(Meaning.CHOICE, is_automatic=True, choice=int(picks))
    offered = OFFER if offer == "open" else None
    concern = Concern(people=1, patient_id="ana", visits=STATES["as told"], offer=offered)
    assert told(act_on(reading, concern, SYSTEMS["writes"], NOW)) == (does, tells, person)


@each_row(WHOSE)
def test_a_machine_acts_for_one_person_it_is_sure_of(people, sure, does, tells, person):
    reading = Reading(Meaning.CONFIRM, is_automatic=sure == "yes")
    concern = Concern(people=int(people), patient_id="ana", visits=STATES["as told"])
    assert told(act_on(reading, concern, SYSTEMS["writes"], NOW)) == (does, tells, person)


@each_row(THANKS)
def test_a_thank_you_is_no_confirmation(says, our_last_word, does, tells, person):
    reading = Reading(Meaning.CONFIRM, is_automatic=True, is_bare=says == "ok")
    last = None if our_last_word == "a reminder" else Topic(our_last_word)
    concern = Concern(people=1, patient_id="ana", visits=STATES["as told"], last=last)
    assert told(act_on(reading, concern, SYSTEMS["writes"], NOW)) == (does, tells, person)


@each_row(SLOTS)
def test_an_answer_to_an_offered_slot_is_about_it(says, beside_it, does, tells, person):
    slot = replace(OFFER, kind=OfferKind.OPEN_SLOT, slot_id="s1", options=OPTIONS[:1])
    visits = STATES["none" if beside_it == "nothing" else beside_it]
    about = Concern(people=1, patient_id="ana", visits=visits, offer=slot, is_of_slot=True)
    choice = 1 if says == "choice" else None
    reading = Reading(Meaning(says), is_automatic=True, choice=choice)
    act = act_on(reading, about, SYSTEMS["writes"], NOW)
    assert (act.doing, act.says or "-", act.reason or "-") == (does, tells, person)
