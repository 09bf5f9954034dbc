"""What patients' replies mean, by examples: an act alone where it is sure, else a person reads.

`independent`, `independent_hard`: written before the grammar by somebody who had not seen it.
`unseen`: by a third hand, once the grammar was done. `spoken`, `more`, `chosen`, `hard`: by the
hand that wrote the grammar. `revoked`: what opts out at once and is read by a person as well.
"""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from data_contracts.reply import Meaning, Reading
from rules.replies import read_reply
from rules.revocation import is_for_a_person_too, revokes
from tests.spec.table import each_row

FOLDER = Path(__file__).parent / "replies"
THURSDAY = datetime.fromisoformat("2026-07-02T15:00-06:00")
TUESDAY = datetime.fromisoformat("2026-07-07T09:30-06:00")
OFFERED = tuple(
    datetime.fromisoformat(f"2026-07-{one}-06:00") for one in ("06T09:00", "07T14:30", "08T11:00")
)

_OTHER_TIMES = ("12T09:00", "13T14:30", "14T11:00")

VISITS = """
    reply                          | visit            | automatic
    Yes but at 4                   | 2026-07-02 15:00 | no
    Confirm for 3:30               | 2026-07-02 15:00 | no
    Confirm for 3:30               | 2026-07-02 15:30 | yes
    Confirm for 3:30               |                  | no   # nobody says when the visit is
    See you Wednesday at 3!        | 2026-07-02 15:00 | no   # a Thursday
    See you Wednesday at 3!        | 2026-07-01 15:00 | yes
    nos vemos el jueves a las 3    | 2026-07-02 15:00 | yes
    nos vemos el jueves a las 3    | 2026-07-03 15:00 | no
    I'll be there on the 2nd       | 2026-07-02 15:00 | yes
    I'll be there on July 3        | 2026-07-02 15:00 | no
    Yes 3 is good                  | 2026-07-02 15:00 | yes
    Yes 3 is good                  | 2026-07-02 16:00 | no
    see you in the morning         | 2026-07-02 15:00 | no
    see you this afternoon         | 2026-07-02 15:00 | yes
    cancel Thursday's appointment  | 2026-07-02 15:00 | yes
    cancel Thursday's appointment  | 2026-07-01 15:00 | no   # it may be another visit
    running late, there by 3:15    | 2026-07-02 15:00 | yes
    running late, there by 4       | 2026-07-02 15:00 | no
    running late, there by 3:15    |                  | no
"""
DAYS = """
    reply            | today      | automatic
    see you tomorrow | 2026-07-01 | yes
    see you tomorrow | 2026-06-30 | no   # the visit is on July 2
    ahí estaré hoy   | 2026-07-02 | yes
    see you tomorrow |            | yes  # nobody says what today is
"""
OFFERS = """
    reply                   | choice | without the times
    2                       | 2      | 2
    Tuesday works           | 2      |     # which of the three is a Tuesday?
    la de las 2:30          | 2      |
    the afternoon one       | 2      |
    Monday or Tuesday       |        |
    the morning             |        |     # two of them
    Tuesday at 3            |        |
    the 8th                 | 3      |
    2, Tuesday              | 2      |
    1, Tuesday              |        |
    the last one            | 3      | 3
    yes                     |        |
    sí                      |        |
    ok                      |        |
    works                   |        |
    C                       |        |
    2 works                 | 2      | 2
    not 1                   |        |
    2?                      |        |
    9                       | 1      |     # none is the ninth, one is at nine
    just a second           |        |
    the first doctor        |        |
    can I get the 2nd one?  | 2      | 2
"""
TABLES = {
    "Replies: a day and an hour are the visit's": VISITS,
    "Replies: today and tomorrow": DAYS,
    "Replies: picking from Mon 9:00, Tue 14:30, Wed 11:00": OFFERS,
}


def examples(name: str) -> list[dict[str, str]]:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_all(name: str) -> list[tuple[str, str, Reading]]:
    """Each example with what it means and what was understood."""
    return [
        (
            one["text"],
            one.get("meaning", ""),
            read_reply(one["text"], n := int(one["offered"]), OFFERED[:n], THURSDAY),
        )
        for one in examples(name)
    ]


def independent() -> list[tuple[str, str, Reading]]:
    return read_all("independent")


def spoken() -> list[tuple[str, str, Reading]]:
    return [
        (one["reply"], one["meaning"], read_reply(one["reply"], visit=TUESDAY))
        for one in examples("spoken")
    ]


def said(found: Reading) -> str:
    return f"choice:{found.choice}" if found.choice else found.meaning.value


@pytest.mark.parametrize(
    "read", [independent(), independent() + spoken() + read_all("more")], ids=["independent", "all"]
)
def test_acting_alone_is_right_and_usual(read):
    acted = [(text, meaning, said(found)) for text, meaning, found in read if found.is_automatic]
    right = [text for text, meaning, understood in acted if meaning == understood]
    actionable = [text for text, meaning, _ in read if meaning not in ("unclear", "question")]
    assert len(right) / len(acted) >= 0.99, [one for one in acted if one[1] != one[2]]
    assert len(right) / len(actionable) >= 0.85


def test_what_the_grammar_was_not_made_for_is_read_rightly_or_by_a_person():
    """200 by a third hand, after the grammar was done; it must not be tuned on them."""
    offered = [datetime.fromisoformat(f"2026-01-{one}-07:00") for one in _OTHER_TIMES]
    visit, today = datetime.fromisoformat("2026-01-08T15:00-07:00"), date(2026, 1, 6)
    acted = wrong = actionable = right = 0
    for one in examples("unseen"):
        number = int(one["offered"])
        found = read_reply(one["text"], number, offered[:number], visit, today)
        is_right = found.is_automatic and said(found) == one["meaning"]
        acted += found.is_automatic
        wrong += found.is_automatic and not is_right
        actionable += one["meaning"] not in ("unclear", "question")
        right += is_right
    assert wrong / acted <= 0.01
    assert right / actionable >= 0.74


def test_three_hundred_examples_are_by_somebody_who_had_not_seen_the_grammar():
    assert len(examples("independent")) >= 300
    assert len(examples("independent_hard")) + len(examples("revoked")) >= 100


@pytest.mark.parametrize("one", read_all("independent_hard"), ids=lambda one: one[0][:40])
def test_a_hard_one_is_a_persons(one):
    assert not one[2].is_automatic


@pytest.mark.parametrize("one", examples("hard"), ids=lambda one: one["reply"][:40])
@pytest.mark.parametrize("offered", [0, 3])
def test_what_only_looks_like_an_act_is_a_persons(one, offered):
    assert not read_reply(one["reply"], offered, OFFERED[:offered], THURSDAY).is_automatic


@pytest.mark.parametrize("one", examples("revoked"), ids=lambda one: one["text"][:40])
def test_a_revocation_counts_at_once_and_a_person_reads_what_else_it_says(one):
    assert revokes(one["text"])
    assert is_for_a_person_too(one["text"])


@pytest.mark.parametrize("one", examples("chosen"), ids=lambda one: one["reply"])
def test_a_choice_counts_only_where_times_were_offered(one):
    chosen = Reading(Meaning.CHOICE, is_automatic=True, choice=int(one["choice"]))
    assert read_reply(one["reply"], 3) == chosen
    assert read_reply(one["reply"]).meaning is not Meaning.CHOICE
    if int(one["choice"]) == 3 and "last" not in one["reply"] and "ltima" not in one["reply"]:
        assert read_reply(one["reply"], 2).choice is None


@each_row(VISITS)
def test_a_day_and_an_hour_are_the_visits_or_a_person_reads(reply, visit, automatic):
    start = datetime.fromisoformat(visit) if visit else None
    assert read_reply(reply, visit=start).is_automatic is (automatic == "yes")


@each_row(DAYS)
def test_tomorrow_is_the_visits_day_where_today_is_known(reply, today, automatic):
    day = date.fromisoformat(today) if today else None
    assert read_reply(reply, visit=THURSDAY, today=day).is_automatic is (automatic == "yes")


@each_row(OFFERS)
def test_an_offered_time_is_picked_by_what_fits_it_alone(reply, choice, without_the_times):
    assert str(read_reply(reply, 3, OFFERED).choice or "") == choice
    assert read_reply(reply, 3, OFFERED).is_automatic is bool(choice)
    assert str(read_reply(reply, 3).choice or "") == without_the_times
    assert read_reply(reply, 3).is_automatic is bool(without_the_times)


def test_times_that_are_not_those_offered_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="2 times are given, and 3 were offered"):
        read_reply("2", 3, OFFERED[:2])


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("please cancel my appointment", "cannot_come"),  # it names the visit: no revocation
        ("Cancel", "stop"),
        ("please cancel", "stop"),
        ("YES, SEE YOU THEN", "confirm"),
        ("I cant mkae it tomorow", "cannot_come"),
        ("need to reschdule plz", "reschedule"),
        ("> Reply C to confirm\nI'll be there", "confirm"),
    ],
)
def test_typing_quotes_and_case_do_not_matter(written, meaning):
    assert read_reply(written) == Reading(Meaning(meaning), is_automatic=True)


@pytest.mark.parametrize(
    "reply", ["", "   ", "\U0001f937", "?", "Liked \u201cNorthside PT: visit\u201d", "x" * 2000]
)
def test_nothing_said_is_nothing_done(reply):
    assert not read_reply(reply, 3).is_automatic
