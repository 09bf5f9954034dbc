"""Which replies revoke consent by themselves (T5, W1), in any case, punctuation and spacing."""

import pytest

from rules.revocation import OPT_OUT_DIGIT, REVOCATIONS, key_revokes, revokes
from tests.spec.table import each_row, rows

WORDS = """
    word        | whose
    stop        | FCC
    quit        | FCC
    end         | FCC
    revoke      | FCC
    opt out     | FCC      # with a space: no carrier catches it
    cancel      | FCC
    unsubscribe | FCC
    stopall     | carriers
    stop all    | carriers
    optout      | carriers
    alto        | ours
    parar       | ours
    baja        | ours
"""

WRITTEN = """
    written       | example
    lower case    | stop
    upper case    | STOP
    capital       | Stop
    full stop     | Stop.
    loud          | STOP!!!
    quoted        | "stop"
    in spaces     | (two before, three after)
    on a new line | (a line break after)
    a question    | Stop?
    with an emoji | stop 🛑
"""

REPLIES = """
    reply                       | is out
    opt-out                     | yes
    Opt  Out                    | yes
    STOP ALL                    | yes
    S T O P                     | no      # a person reads it
    C                           | no      # confirms
    yes                         | no
    START                       | no
    please stop texting me      | no      # a person reads it within four hours
    remove me                   | no      # the same
    I cannot stop the pain      | no      # no revocation at all
    the end of the week is fine | no
    can I cancel my visit?      | no
    bájame                      | no
    stopp                       | no
                                | no
"""

TABLES = {
    "Revocation: words that count by themselves": WORDS,
    "Revocation: however written": WRITTEN,
    "Revocation: other replies": REPLIES,
}

FORMS = {
    "lower case": str.lower,
    "upper case": str.upper,
    "capital": str.capitalize,
    "full stop": lambda word: f"{word.capitalize()}.",
    "loud": lambda word: f"{word.upper()}!!!",
    "quoted": lambda word: f'"{word}"',
    "in spaces": lambda word: f"  {word}   ",
    "on a new line": lambda word: f"{word}\n",
    "a question": lambda word: f"{word}?",
    "with an emoji": lambda word: f"{word} 🛑",
}


@each_row(WRITTEN)
@pytest.mark.parametrize("word", sorted(REVOCATIONS))
def test_a_revoking_word_revokes_however_it_is_written(word, written, example):
    assert revokes(FORMS[written](word))


@each_row(REPLIES)
def test_only_the_whole_reply_counts(reply, is_out):
    assert revokes(reply) is (is_out == "yes")


def test_the_table_lists_every_word_and_no_other():
    assert {row[0] for row in rows(WORDS)} == REVOCATIONS
    assert {row[0] for row in rows(WRITTEN)} == set(FORMS)


@pytest.mark.parametrize(
    ("key", "is_out"), [("9", True), ("1", False), ("99", False), (None, False)]
)
def test_one_key_opts_out(key, is_out):
    assert key_revokes(key) is is_out
    assert OPT_OUT_DIGIT == "9"
