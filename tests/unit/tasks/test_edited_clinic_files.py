"""The clinic's file changes between planning and sending: what it says now is what counts (R20)."""

from datetime import timedelta
from typing import Any

import pytest

from tasks import dispatch
from tasks.room import room
from tests.cast import NOW, person, visit
from tests.faults.dispatcher import MortalCarrier, striker

_ENDED = {"vendor": "twilio", "signed_on": "2025-01-01", "expires_on": "2026-01-04"}
_OTHER_RUNG = {"name": "other", "channel": "email", "before": "P2D"}
_OTHER_WORDS = {"reminder.sms.en": "{{ clinic_name }}: {{ time }}, now. STOP ends."}
EDITS = [
    # what is edited, and what becomes of the message
    ({"delivery": "off"}, {"delivery_off": 1}),
    ({"agreements": [{"vendor": "cliniko", "signed_on": "2025-01-01"}]}, {"no_baa": 1}),
    ({"agreements": [_ENDED]}, {"no_baa": 1}),
    ({"quiet_hours": {"start": "20:00", "end": "10:00"}}, {"quiet_hours": 1}),
    ({"freshness": {"book": "PT5M"}}, {"source_stale": 1}),
    ({"ladder": [_OTHER_RUNG]}, {"accepted": 1}),
    ({"templates": _OTHER_WORDS}, {"accepted": 1}),
]


@pytest.mark.parametrize(("edit", "becomes"), EDITS)
def test_what_the_file_says_when_a_message_leaves_counts(
    house: Any, write_file: Any, number: Any, sandbox: Any, edit: Any, becomes: dict[str, int]
) -> None:
    northside, ana = house(), person("ana", mobile=number())
    northside.keep([ana], [visit()], NOW - timedelta(minutes=6))
    northside.plan()
    write_file(**edit)
    assert dispatch.dispatch.fn("northside", NOW) == becomes
    texts = sandbox.texts(ana.mobile)
    assert len(texts) == becomes.get("accepted", 0)
    if "templates" in edit:
        assert texts[0]["body"].endswith("now. STOP ends.")


_THREADS = 8


@pytest.mark.slow
def test_an_agreement_that_is_taken_away_in_mid_run_stops_the_next_send(
    house: Any, write_file: Any, number: Any, sandbox: Any
) -> None:
    northside, people = house(), [person(f"p{n}", mobile=number()) for n in range(70)]
    northside.keep(people, [visit(one.source_id) for one in people], NOW - timedelta(minutes=6))
    northside.plan()
    ended = {"agreements": [{"vendor": "cliniko", "signed_on": "2025-01-01"}]}
    with room("northside") as here:
        reach = striker("before_request", 10, lambda: write_file(**ended))
        carriers = {
            channel: MortalCarrier(carrier, reach)
            for channel, carrier in northside.carriers().items()
        }
        first = dispatch.dispatch_due(here, carriers, NOW)
    left = len(sandbox.texts())
    assert 10 <= left <= 10 + _THREADS, "only what was already on its way"
    assert first == {"accepted": left, "file_edited": 70 - left}
    assert dispatch.dispatch.fn("northside", NOW) == {"no_baa": 70 - left}
    assert len(sandbox.texts()) == left
    write_file()
    dispatch.dispatch.fn("northside", NOW + timedelta(minutes=15))
    texts = [one["to"] for one in sandbox.texts()]
    assert len(texts) == len(set(texts)) == 70
