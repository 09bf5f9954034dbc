"""What is answered by text to STOP, HELP and START: at most one text (T7, C3, C4, C6)."""

import pytest

from rules.keyword import Keyword, answer, keyword, language_of
from rules.segments import size_of
from tests.spec.table import each_row

TABLE = """
    text                      | asks for | answered in
    STOP                      | stop     | English
    please stop texting me    | stop     | English
    Alto                      | stop     | Spanish
    no me manden mas mensajes | stop     | Spanish
    HELP                      | help     | English
    help!                     | help     | English
    help please               | help     | English
    help I fell               |          | English    # a person reads it
    Info                      | help     | English
    AYUDA                     | help     | Spanish
    START                     | start    | English
    unstop                    | start    | English
    please start texting me again | start | English
    don't start texting me again  |       | English
    quiero volver a recibir los mensajes | start | Spanish
    YES                       |          | English    # says yes to the visit
    C                         |          | English
    I need help with parking  |          | English    # a person reads it
    we start at nine          |          | English
"""

TABLES = {"Keywords: what a text asks for beyond any visit": TABLE}
_LANGUAGES = {"English": "en", "Spanish": "es"}


@each_row(TABLE)
def test_a_text_asks_for_what_the_table_says(text, asks_for, answered_in):
    assert (keyword(text) or "") == asks_for
    assert language_of(text) == _LANGUAGES[answered_in]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("said", list(Keyword))
def test_an_answer_is_one_text_with_the_clinic_s_name_and_number(said, language):
    words = answer(said, language, clinic_name="N" * 40, phone="+13035550140")
    assert size_of(words).fits_one
    assert "N" * 40 in words
    assert "303-555-0140" in words


def test_help_names_frequency_rates_and_the_way_out():
    words = answer(Keyword.HELP, "en", clinic_name="Northside PT", phone="+13035550140")
    for part in ("Northside PT", "up to 3 a week", "data rates", "STOP", "303-555-0140"):
        assert part in words
