"""Who takes a call, what the machine detection says of them, and the keys they press."""

from sandbox.chance import draws, pick
from sandbox.clinic.engine import Clinic
from sandbox.clinic.intent import GIVES_UP, Intent
from sandbox.clinic.manners import Manners
from sandbox.clinic.visit import Visit
from sandbox.twilio.answer import Answer
from sandbox.twilio.record import Call

PRESSES = {
    "1": Intent.CONFIRM,
    "2": Intent.RESCHEDULE,
    "0": Intent.QUESTION,
    "9": Intent.STOP,
}
COMES = (("1", 0.66), ("0", 0.03), ("9", 0.02), ("2", 0.02), ("5", 0.02), ("", 0.25))
GAVE_UP = (("2", 0.62), ("0", 0.10), ("1", 0.02), ("", 0.26))
MISSES = (("1", 0.25), ("9", 0.03), ("", 0.72))
STRANGER = (("9", 0.15), ("0", 0.05), ("", 0.80))
SPANISH_SHARE = 0.8
MACHINES = (("machine_end_beep", 0.80), ("machine_end_silence", 0.15), ("machine_end_other", 0.05))
PERSONS = (("human", 0.94), ("unknown", 0.04), ("machine_end_other", 0.02))


def answered_by(seed: int, call: Call, manners: Manners | None) -> str:
    """What Twilio's machine detection reports; without `manners` it is never wrong."""
    human = call.outcome == "human"
    if manners is None:
        found = "human" if human else "machine_end_beep"
    else:
        luck = draws(seed, "detected", call.to, call.created)[0]
        found = pick(luck, PERSONS if human else MACHINES)
    if call.machine_detection == "Enable" and found.startswith("machine"):
        return "machine_start"
    return found


def keys(clinic: Clinic, call: Call, visits: list[Visit], said: str) -> str:
    """The keys that a person will press in turn, one at each chance; 8 first for Spanish."""
    luck = draws(clinic.settings.seed, "keys", call.to, call.created)
    key = pick(luck[0], _table(clinic, call, visits))
    owners = [clinic.book.patients[one] for one in clinic.book.by_phone.get(call.to, [])]
    speaks_spanish = any("Spanish" in (one.notes or "") for one in owners)
    offers_spanish = "oprima el 8" in said.casefold() or "press 8" in said.casefold()
    spanish = speaks_spanish and offers_spanish and luck[1] < SPANISH_SHARE
    return ("8" if spanish else "") + key


def _table(clinic: Clinic, call: Call, visits: list[Visit]) -> tuple[tuple[str, float], ...]:
    if clinic.is_stranger(call.to):
        return STRANGER
    if visits and visits[0].gave_up_at is not None:
        return GAVE_UP
    return MISSES if visits and clinic.will_miss(visits[0]) else COMES


def meant(call: Call, key: str, visit: Visit | None, now: int) -> Answer | None:
    """What a pressed key says, as an answer for the record; null for silence."""
    if not key or key == "8":
        return None
    says = PRESSES.get(key, Intent.STRAY)
    gave_up = visit is not None and visit.gave_up_at is not None
    slips = visit is not None and (says in GIVES_UP) != gave_up
    slips = slips and says in (Intent.CONFIRM, Intent.RESCHEDULE)
    truly = Intent.CANNOT_COME if gave_up else Intent.CONFIRM
    return Answer(
        phone=call.to,
        clinic_number=call.sender,
        intent=truly if slips else says,
        says=says,
        text=key,
        due=now,
        channel="voice",
        answers=call.sid,
        asked="call",
        patient_id=str(visit.patient_id) if visit else None,
        visit_id=str(visit.id) if visit else None,
        visit_starts_at=visit.starts_at if visit else None,
        marks=["slip"] if slips else [],
        said_at=now,
        sid=call.sid,
    )
