"""Plays a call: fetches TwiML, lets the person listen and press keys, reports the end."""

import time
from urllib.parse import urljoin

from sandbox.twilio.listening import answered_by, keys, meant
from sandbox.twilio.record import Call
from sandbox.twilio.script import Following, listen, words
from sandbox.world import World

ROUNDS = 5
END = {"human": "completed", "voicemail": "completed", "no-answer": "no-answer", "busy": "busy"}
BEEP_SECONDS = 2.0  # of the wall clock, in which a call to a machine may still be given new words


def play(world: World, call: Call, outcome: str, key: str) -> None:
    """Run a whole call in the background."""
    call.outcome = outcome
    if outcome in ("human", "voicemail"):
        if call.machine_detection:
            call.answered_by = answered_by(world.settings.seed, call, world.clinic.manners)
        call.status = "in-progress"
        if outcome == "human":
            _detected(world, call)
            _talk(world, call, key)
        else:
            _talk(world, call, "")
            _detected(world, call)
            _wait_for_other_words(call)
        if call.update is not None:
            call.spoken.append(words(call.update))
        call.duration = 12 + 6 * len(call.spoken)
    call.status = END[outcome]
    if call.status_callback:
        end = _fields(world, call) | {"CallDuration": str(call.duration), "Duration": "1"}
        world.callbacks.post(call.status_callback, end)


def first_document(world: World, call: Call) -> str:
    """The TwiML given with the call, or the one its URL answers with."""
    if call.twiml or not call.url:
        return call.twiml or ""
    answer = world.callbacks.post(call.url, _fields(world, call), call.method)
    return answer.text if answer is not None else ""


def _detected(world: World, call: Call) -> None:
    """Asynchronous detection tells its own address, once it has listened long enough."""
    if call.async_amd_callback and call.answered_by:
        told = _fields(world, call) | {"MachineDetectionDuration": "4200"}
        world.callbacks.post(call.async_amd_callback, told)


def _wait_for_other_words(call: Call) -> None:
    end = time.monotonic() + (BEEP_SECONDS if call.async_amd_callback else 0)
    while call.update is None and time.monotonic() < end:
        time.sleep(0.01)


def _talk(world: World, call: Call, key: str) -> None:
    document, base = first_document(world, call), call.url or ""
    pressed = _keys(world, call, document, key) if call.outcome == "human" else ""
    for turn in range(ROUNDS):
        if call.update is not None:
            return
        call.spoken.append(words(document))
        heard = listen(document, pressed[turn : turn + 1])
        call.staff = call.staff or heard.staff
        if heard.following is None:
            return
        document, base = _go_on(world, call, heard.following, base)


def _keys(world: World, call: Call, document: str, key: str) -> str:
    """What the person will press, one key at each chance, having heard the first document."""
    said = words(document)
    with world.lock:
        world.carrier.heard(call, said)
        if world.clinic.manners is None:
            return key * ROUNDS
        visits = [world.clinic.book.visits[int(one)] for one in call.visits]
        return keys(world.clinic, call, visits, said)


def _go_on(world: World, call: Call, following: Following, base: str) -> tuple[str, str]:
    """The next document and where it came from."""
    url, told = urljoin(base, following.action), _fields(world, call)
    if following.digits is not None:
        told |= {"Digits": following.digits}
    if following.digits:
        call.digits = following.digits
        _record(world, call, following.digits)
    answer = world.callbacks.post(url, told, following.method)
    return (answer.text if answer is not None else ""), url


def _record(world: World, call: Call, key: str) -> None:
    with world.lock:
        visit = world.clinic.book.visits[int(call.visits[0])] if call.visits else None
        answer = meant(call, key, visit, world.clinic.now)
        if world.clinic.manners is None or answer is None:
            return
        world.conversation.keep(answer)
        world.conversation.listener.remember(call.to, answer.intent, visit)


def _fields(world: World, call: Call) -> dict[str, str]:
    fields = {
        "AccountSid": world.settings.twilio_sid,
        "ApiVersion": "2010-04-01",
        "CallSid": call.sid,
        "CallStatus": call.status,
        "Direction": "outbound-api",
        "From": call.sender,
        "To": call.to,
    }
    return fields | ({"AnsweredBy": call.answered_by} if call.answered_by else {})
