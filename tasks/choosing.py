"""Choose which payers are asked about whose visits today: each question is a row, once a day."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from connectors.x12.inquiry_270 import is_writable
from data_contracts.clinic import Clinic
from data_contracts.deed import Act, Deed
from data_contracts.insurance import Payer, spelled
from data_contracts.verification import CheckDue, Errand, Why
from ledger import checks
from ledger.audit import record
from ledger.checks import Insured, Standings
from ledger.inquiries import About, Question, add_question
from ledger.policies import member_hash, person_hash
from ledger.store import Ledger, new_id
from rules.after_answer import CHECK, ENROL, FIX
from rules.asked_person import Known, persons
from rules.check_due import check_due
from tasks.asked_inquiry import known_of
from tasks.guard import guarded_task
from tasks.insurance_errands import tell_of_patient, tell_of_payer
from tasks.room import Room, room

REACH = timedelta(days=60)
"""How far ahead a visit that is booked is asked about at once."""


@guarded_task(name="choose-inquiries")
def choose_inquiries(slug: str, now: datetime) -> dict[str, int]:
    """Write down what is to be asked; returns counts by why, and of what cannot be asked."""
    with room(slug) as here:
        return dict(choose(here, now))


def choose(here: Room, now: datetime, visit_id: str | None = None) -> Counter[str]:
    """What is due of every visit ahead; with `visit_id` that one alone, due or not."""
    counts: Counter[str] = Counter()
    insurance = here.clinic.insurance
    if insurance is None:
        return counts
    with here.ledger.write() as con:
        counts["pointless"] = checks.end_pointless(con, now)
        reach = here.clinic.zone, now, now + REACH, visit_id
        found = checks.insured_visits(con, *reach)
        behind = checks.second_policies(con, *reach)
        seconds = {one.policy_id for one in behind} if insurance.ask_second else set()
        every = [*found, *(one for one in behind if one.policy_id in seconds)]
        standings, asked_now = Standings(con, every), set[str]()
        others = checks.other_policies(con, found)
        for one in every:
            named = insurance.named(one.payer)
            due = _due(here.clinic, one, standings, named and named[1], now)
            if visit_id is not None:
                due = due or CheckDue(Why.DESK, now)
            if due is None or (due.why is Why.BOOKED and one.policy_id in asked_now):
                continue
            if named is None:
                counts["payer_unknown"] += _unknown_payer(con, one, now)
                continue
            if one.policy_id in seconds:
                why = Why.SECOND
                word = _ask(here.ledger, con, one, named[1], due._replace(why=why), now)
                if word == why:
                    asked_now.add(one.policy_id)
                counts[word] += 1
                continue
            word = _ask(here.ledger, con, one, named[1], due, now)
            if word == due.why:
                asked_now.add(one.policy_id)
                counts["second_policy"] += _tell_other(con, one, others.get(one.patient_id), now)
            counts[word] += 1
    return +counts


def _due(
    clinic: Clinic, one: Insured, standings: Standings, payer: Payer | None, now: datetime
) -> CheckDue | None:
    once_a_day = payer is not None and payer.is_medicare
    return check_due(standings.of(one, once_a_day=once_a_day), clinic.zone, now)


def _ask(
    ledger: Ledger, con: Connection, one: Insured, payer: Payer, due: CheckDue, now: datetime
) -> str:
    """Write the questions of one check down; what became of it, in a word."""
    if payer.needs_enrolment and payer.enrolled_on is None:
        errand = Errand(ENROL, "not_enrolled")
        tell_of_payer(con, errand, {"payer": payer.name}, payer.payer_id, now)
        return "not_enrolled"
    known = known_of(ledger, one.row)
    record(
        ledger, con, [Act(Deed.IDENTITY_READ, one.patient_id, "to choose what a payer is asked")]
    )
    unfit = _unfit(known, payer)
    if unfit is not None:
        changed = f"{one.policy_id}|{one.row.changed_at.isoformat()}"
        tell_of_patient(con, Errand(FIX, f"member_{unfit}"), one, changed, now)
        return unfit
    about = About(new_id(), one.patient_id, one.policy_id, one.visit_id, due.why, due.since)
    names = known.first_name, known.last_name
    # With the chart: of two charts of one person each has its own answer, under its own key.
    person = person_hash(ledger, known.birth_date, *names, one.patient_id)
    member = member_hash(ledger, known.member_id) or person
    types = payer.service_types[:1] if payer.is_medicare else payer.service_types
    new = 0
    for service_type in types:
        question = Question(payer.payer_id, member, person, service_type, one.service_on)
        new += add_question(con, question, about, now, once_a_day=payer.is_medicare)
    return due.why.value if new else "asked_before"


def _tell_other(con: Connection, one: Insured, other: Any, now: datetime) -> int:
    """Of a second policy a person hears once: which pays first is the patient's to say."""
    if other is None:
        return 0
    errand = Errand(CHECK, "second_policy")
    return tell_of_patient(con, errand, one, other.policy_id, now, {"payer": other.payer})


def _unfit(known: Known, payer: Payer) -> str | None:
    """Why nobody can be asked about somebody: too little is on file, or what no payer can read."""
    try:
        named = persons(known, payer.search_options)
    except ValueError:
        return "data_missing"
    is_read = all(is_writable(one) for one in named if one is not None)
    return None if is_read else "data_unreadable"


def _unknown_payer(con: Connection, one: Insured, now: datetime) -> int:
    """A payer that the clinic's file does not name is nobody we could ask; once a spelling."""
    errand = Errand(ENROL, "payer_unknown")
    return tell_of_payer(con, errand, {"payer": one.payer}, f"unknown {spelled(one.payer)}", now)
