"""`ptclinic sprint` tells where a sprint stands, and ends as the house's exit codes say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW
from tests.unit.deployments.commands.conftest import Command, Said

Enter = Callable[..., Any]
DAY = timedelta(days=1)


@pytest.fixture
def sprint(write_file: Callable[..., None], enter: Enter, ptclinic: Command) -> Callable[..., Said]:
    """Runs one of the verbs for Northside, a day later than NOW."""
    write_file()
    enter()

    def run(verb: str, *words: object) -> Said:
        return ptclinic("sprint", verb, "northside", *words, "--now", (NOW + DAY).isoformat())

    return run


def test_a_sprint_is_begun_frozen_timed_and_held_where_it_is_too_early(
    sprint: Callable[..., Said],
) -> None:
    assert sprint("status", "--json").document == {"clinic": "northside", "sprint": None}
    assert "50% of visits get no extra" in sprint("start", "--clinicians", 1).out
    assert sprint("start").code == 1
    assert "0 weeks (no visit with an outcome)" in sprint("freeze-baseline").out
    kept = sprint("sample", "reminder_call", 4.5, "--phase", "before", "--json")
    assert kept.code == 0, kept.err
    held = sprint("next")
    assert held.code == 3
    assert "week: week 1; planned from week 3 on" in held.err
    assert "baseline" not in held.err
    why = ("--reason", "the owner cannot wait")
    assert sprint("next", *why, "--json").document == {"clinic": "northside", "entered": "no_show"}
    early = sprint("next", "--lever", "engagement", *why, "--json")
    assert early.document == {"clinic": "northside", "switched_on": "engagement"}
    assert sprint("close").code == 3


def test_the_table_shows_what_is_early_and_why_and_the_document_no_salt(
    sprint: Callable[..., Said],
) -> None:
    begun = sprint("start", "--json")
    sprint("next", "--reason", "the owner cannot wait")
    table = sprint("status").out
    for words in (
        "northside: sprint-1, week 1",
        "no_show; by plan audit",
        "50% held out; arms are drawn now",
        "on from 2026-01-06, early",
        "2026-01-06 no_show: the owner cannot wait",
        "not frozen",
    ):
        assert words in table
    document = sprint("status", "--json")
    assert document.document["sprint"]["levers"][0]["is_early"] is True
    assert "salt" not in begun.out + document.out, "who knows it can tell who is held out"


@pytest.mark.parametrize(
    "words",
    [
        ("sample", "a dance", 4, "--phase", "before"),
        ("sample", "reminder_call", 0, "--phase", "before"),
        ("sample", "reminder_call", 4),
        ("next", "--lever", "everything"),
    ],
)
def test_what_nobody_can_mean_is_refused_as_usage(
    sprint: Callable[..., Said], words: tuple[object, ...]
) -> None:
    assert sprint(str(words[0]), *words[1:]).code == 2
