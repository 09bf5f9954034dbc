"""What patients' replies mean, by examples: an act alone where it is sure, else a person reads.

`spoken`: what a front desk would act on without asking. `hard`: what it would not.
"""

import csv
from pathlib import Path

import pytest

from data_contracts.reply import Meaning, Reading
from rules.replies import read_reply

FOLDER = Path(__file__).parent / "replies"


def examples(name: str) -> list[dict[str, str]]:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_no_automatic_act_is_a_wrong_one_and_most_are_automatic() -> None:
    read = [(one, read_reply(one["reply"])) for one in examples("spoken")]
    acted = [(one, found) for one, found in read if found.is_automatic]
    wrong = [one["reply"] for one, found in acted if found.meaning != one["meaning"]]
    assert wrong == []
    assert len(acted) / len(read) >= 0.85


@pytest.mark.parametrize("one", examples("hard"), ids=lambda one: one["reply"][:40])
def test_what_only_looks_like_an_act_is_a_persons(one: dict[str, str]) -> None:
    for offered in (0, 3):
        assert not read_reply(one["reply"], offered).is_automatic


@pytest.mark.parametrize("one", examples("chosen"), ids=lambda one: one["reply"])
def test_a_choice_counts_only_where_times_were_offered(one: dict[str, str]) -> None:
    chosen = Reading(Meaning.CHOICE, is_automatic=True, choice=int(one["choice"]))
    assert read_reply(one["reply"], 3) == chosen
    assert read_reply(one["reply"]).meaning is not Meaning.CHOICE
    if int(one["choice"]) == 3 and "last" not in one["reply"] and "ltima" not in one["reply"]:
        assert read_reply(one["reply"], 2).meaning is not Meaning.CHOICE


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("please cancel my appointment", "cannot_come"),  # it names the visit: no revocation
        ("Cancel", "stop"),
        ("YES, SEE YOU THEN", "confirm"),
        ("I cant mkae it tomorow", "cannot_come"),
        ("need to reschdule plz", "reschedule"),
        ("> Reply C to confirm\nI'll be there", "confirm"),
    ],
)
def test_typing_quotes_and_case_do_not_matter(written: str, meaning: str) -> None:
    assert read_reply(written) == Reading(Meaning(meaning), is_automatic=True)


@pytest.mark.parametrize(
    "reply", ["", "   ", "\U0001f937", "?", "Liked \u201cNorthside PT: visit\u201d", "x" * 2000]
)
def test_nothing_said_is_nothing_done(reply: str) -> None:
    assert not read_reply(reply, 3).is_automatic
