"""What is said of a place among peers, and that it is never half said."""

from datetime import date

import pytest
from pydantic import ValidationError

from data_contracts.benchmark import NoPercentile, Percentile

BLANK = {
    "clinic": "northside",
    "metric": "no_show_rate",
    "better": "lower",
    "since": date(2026, 1, 1),
    "until": date(2026, 3, 31),
}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"why_not": NoPercentile.NO_DAYS}, "No day of this time is in the benchmark yet."),
        ({"why_not": NoPercentile.FEW_ROWS, "n": 9}, "Fewer than 10 visits counted"),
        ({"why_not": NoPercentile.FEW_PEERS, "n": 90, "peers": 4}, "4 clinics of like size"),
        ({"percentile": 62.5, "n": 90, "peers": 24}, "Higher than 62 % of 24 clinics"),
    ],
)
def test_a_place_is_said_in_a_sentence_or_the_reason_why_there_is_none(said, words):
    assert Percentile.model_validate(BLANK | said).words.startswith(words)


@pytest.mark.parametrize("said", [{}, {"percentile": 5.0, "why_not": NoPercentile.NO_DAYS}])
def test_neither_both_nor_none_of_them_is_taken(said):
    with pytest.raises(ValidationError, match="or the reason"):
        Percentile.model_validate(BLANK | said)
