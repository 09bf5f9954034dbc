"""Whatever is typed, a reply is read at once and without an error, and a doubt is a person's."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_contracts.reply import Meaning, lexicon
from rules.replies import read_reply
from tests.spec.test_replies import OFFERED, THURSDAY, TUESDAY, independent, spoken

LONGEST = 1_600
"""Characters of the longest text that a carrier delivers."""
A_BLINK = 0.050
DOUBTS = (
    "if my ride comes", "if I can", "unless it snows", "but only if Ana is there", "maybe",
    "I think", "probably", "hopefully", "not sure", "depends on work", "as long as I feel better",
    "might be late though", "I'll try", "if nothing comes up", "I guess", "assuming I get a ride",
    "si me llevan", "si puedo", "tal vez", "creo", "a lo mejor", "no estoy segura", "depende",
    "voy a ver", "ojalá", "siempre y cuando no llueva", "si me dan permiso",
)  # fmt: skip
CONFIRMED = sorted(
    {
        text
        for read, quotes in ((independent(), ("“", "wrote:")), (spoken(), ("“",)))
        for text, _, found in read
        if found.is_automatic
        and found.meaning is Meaning.CONFIRM
        and not any(one in text for one in quotes)
    }
)
PHRASES = sorted(lexicon().says)
texts = st.one_of(
    st.text(max_size=LONGEST),
    # Words of the grammar over and over are what its shapes could stumble on.
    st.lists(st.sampled_from(PHRASES), max_size=400).map(" ".join),
    st.lists(st.sampled_from([*"0123456789ACR aeiou'.,:;/?!-#@\n>“\""]), max_size=LONGEST).map(
        "".join
    ),
    st.tuples(
        st.sampled_from([*PHRASES, "at 1", "on", "- A", "X.", "10 to", "12:", "> ", "el"])
    ).map(lambda one: f"{one[0]} " * (LONGEST // (len(one[0]) + 1))),
).map(lambda text: text[:LONGEST])


@pytest.fixture(scope="module", autouse=True)
def _warm():
    read_reply("I cant mkae it tomorow", 3, OFFERED, THURSDAY)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=texts, offered=st.integers(0, 3))
def test_any_text_is_read_within_a_blink_and_without_an_error(text, offered):
    # What else the machine does meanwhile is not the grammar's: the best of three counts.
    took = []
    for _ in range(3):
        start = time.process_time()
        read_reply(text, offered, OFFERED[:offered], THURSDAY)
        took.append(time.process_time() - start)
    assert min(took) < A_BLINK


@settings(max_examples=400, deadline=None)
@given(
    text=st.sampled_from(CONFIRMED),
    doubt=st.sampled_from(DOUBTS),
    join=st.sampled_from([" ", ", ", ". ", "\n", " - ", "... "]),
    is_first=st.booleans(),
)
def test_a_confirmation_with_a_doubt_is_a_persons(text, doubt, join, is_first):
    said = f"{doubt}{join}{text}" if is_first else f"{text}{join}{doubt}"
    for visit in (THURSDAY, TUESDAY):
        assert not read_reply(said, visit=visit).is_automatic, said


@settings(max_examples=200, deadline=None)
@given(text=st.sampled_from(CONFIRMED), offered=st.integers(1, 3))
def test_a_yes_to_several_times_picks_none(text, offered):
    found = read_reply(text, offered, visit=THURSDAY)
    assert found.meaning is not Meaning.CONFIRM or not found.is_automatic
