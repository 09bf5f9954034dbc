"""`ptclinic replies read`: what a reply would be taken for."""

import pytest

OFFER = ("--time", "2026-07-06T09:00", "--time", "2026-07-07T14:30")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("please cancel my appointment",), {"meaning": "cannot_come", "automatic": True}),
        (("CANCEL",), {"meaning": "stop", "automatic": True}),
        (("yes", "--offered", 3), {"meaning": "confirm", "automatic": False}),
        (("2", "--offered", 3), {"meaning": "choice", "automatic": True, "choice": 2}),
        (("Tuesday works", "--offered", 2), {"meaning": "choice", "automatic": False}),
        (("Tuesday works", *OFFER), {"meaning": "choice", "automatic": True, "choice": 2}),
        (("see you at 3",), {"meaning": "confirm", "automatic": False}),
        (
            ("see you at 3", "--visit", "2026-07-02T15:00"),
            {"meaning": "confirm", "automatic": True},
        ),
    ],
)
def test_a_reply_is_read_as_one_document(ptclinic, words, told):
    assert ptclinic("replies", "read", *words, "--json").document == told


def test_it_is_told_in_words_too(ptclinic):
    assert ptclinic("replies", "read", "2", "--offered", 3).out == "choice 2: the machine acts\n"
    assert ptclinic("replies", "read", "maybe").out == "unclear: a person reads it\n"


def test_times_that_are_not_as_many_as_offered_are_refused(ptclinic):
    said = ptclinic("replies", "read", "2", *OFFER, "--offered", 3)
    assert said.code == 2
    assert "2 times are named, and --offered says 3" in said.err
