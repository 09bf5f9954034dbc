"""Plays a call: fetches TwiML, lets the person listen and press a key, reports the end."""

import xml.etree.ElementTree as ElementTree
from urllib.parse import urljoin

from sandbox.twilio.record import Call
from sandbox.world import World

ROUNDS = 5
END = {"human": "completed", "voicemail": "completed", "no-answer": "no-answer", "busy": "busy"}


def play(world: World, call: Call, outcome: str, key: str) -> None:
    """Run a whole call in the background."""
    call.outcome = outcome
    if outcome in ("human", "voicemail"):
        if call.machine_detection:
            call.answered_by = "human" if outcome == "human" else "machine_end_beep"
        call.status = "in-progress"
        _talk(world, call, key if outcome == "human" else "")
        call.duration = 12 + 6 * len(call.spoken)
    call.status = END[outcome]
    if call.status_callback:
        end = _fields(world, call) | {"CallDuration": str(call.duration), "Duration": "1"}
        world.callbacks.post(call.status_callback, end)


def words(document: str) -> str:
    """The text that a TwiML document says."""
    try:
        tree = ElementTree.fromstring(document)  # noqa: S314 - comes over loopback only
    except ElementTree.ParseError:
        return ""
    return " ".join(say.text or "" for say in tree.iter("Say"))


def first_document(world: World, call: Call) -> str:
    """The TwiML given with the call, or the one its URL answers with."""
    if call.twiml or not call.url:
        return call.twiml or ""
    answer = world.callbacks.post(call.url, _fields(world, call), call.method)
    return answer.text if answer is not None else ""


def _talk(world: World, call: Call, key: str) -> None:
    document, base = first_document(world, call), call.url or ""
    with world.lock:
        if call.outcome == "human":
            world.carrier.heard(call, words(document))
    for _ in range(ROUNDS):
        call.spoken.append(words(document))
        following = _press(document, key)
        if following is None:
            return
        call.digits, method, action = key, *following
        url = urljoin(base, action)
        answer = world.callbacks.post(url, _fields(world, call) | {"Digits": key}, method)
        document, base = (answer.text if answer is not None else ""), url


def _press(document: str, key: str) -> tuple[str, str] | None:
    """Method and action of the first Gather, when a key is pressed there."""
    try:
        tree = ElementTree.fromstring(document)  # noqa: S314 - comes over loopback only
    except ElementTree.ParseError:
        return None
    gather = tree.find(".//Gather")
    if gather is None or not key:
        return None
    return gather.get("method", "POST"), gather.get("action", "")


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
