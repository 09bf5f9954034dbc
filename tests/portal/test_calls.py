"""Calls on the sandbox's carrier, whose people press keys at our receiver, or none."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from connectors.messaging.base import Outgoing
from connectors.messaging.twilio_script import call_script
from connectors.messaging.twilio_voice import TwilioVoice
from data_contracts.spoken import KeyAnswer, Spoken
from sandbox.server import serve
from sandbox.settings import Settings
from tests.cast import NOW, TWILIO_ACCOUNT, TWILIO_TOKEN
from tests.portal.listening import receiving

TINY = Settings(patients=3, history_days=1, rate_limit=0)
PHONES = [f"+1303555010{number}" for number in range(10)] + [
    f"+1720555010{number}" for number in range(10)
]
ENGLISH = Spoken(
    message="Your visit is on Wed Jan 7 at 9:00 AM.",
    choices="To confirm, press 1. Para español, oprima el 8.",
    closing="We did not hear a key.",
    voicemail="Please call us.",
)
SPANISH = Spoken(
    message="Su cita es el mié 7 ene a las 9:00.",
    choices="Para confirmar, oprima el 1.",
    closing="No recibimos ninguna tecla.",
    voicemail="Por favor, llámenos.",
)


@pytest.fixture
def calls() -> Iterator[list[dict[str, Any]]]:
    """What twenty people heard and pressed, half of whom prefer Spanish."""
    with serve(TINY) as running, httpx.Client(base_url=running.control, timeout=30) as door:

        def retell(message_id: str, language: str, sorry: str | None) -> str:
            words = SPANISH if language == "es" else ENGLISH
            return call_script(words, language, f"{ours.callback_url}/gather/{message_id}", sorry)

        door.post("manners", json={}).raise_for_status()
        known = {"retell": retell, "after_key": lambda *told: KeyAnswer.CONFIRMED}
        with receiving(**known) as ours:
            carrier = TwilioVoice(
                TWILIO_ACCOUNT,
                TWILIO_TOKEN,
                "+15005550006",
                callback_url=ours.callback_url,
                base_url=running.twilio,
                sandbox=True,
            )
            for number, phone in enumerate(PHONES):
                made = door.post("patients", json={"phone": phone, "effect": -9.0}).json()
                if number % 2:
                    person = running.world.clinic.book.patients[int(made["id"])]
                    person.notes = "Prefers Spanish"
                carrier.send(Outgoing(f"m{number}", phone, "", "en", NOW, spoken=ENGLISH))
            assert running.world.callbacks.drained(60)
            time.sleep(0.1)
            yield door.get("calls").json()


def test_who_presses_hears_the_answer_in_the_language_of_the_call(calls):
    humans = [one for one in calls if one["outcome"] == "human"]
    heard = {one["sid"]: " ".join(one["spoken"]) for one in humans}
    silent = [heard[one["sid"]] for one in humans if not one["digits"]]
    assert silent
    for words in silent:
        assert words.count("To confirm, press 1.") == 2, "the choices once more"
        assert words.endswith("We did not hear a key.")
    pressed = [heard[one["sid"]] for one in humans if one["digits"]]
    assert pressed
    spanish = [words for words in pressed if "Su cita es" in words]
    assert spanish, "somebody pressed 8"
    for words in pressed:
        last = words.rpartition("Su cita es")[2] if "Su cita es" in words else ""
        if "Gracias" in last:
            assert "Thank you" not in last
    assert any("Su cita está confirmada" in words for words in spanish)
    assert any("Your visit is confirmed" in words for words in set(pressed) - set(spanish))
