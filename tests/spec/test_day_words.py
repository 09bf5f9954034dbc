"""Days and times as patients read and hear them."""

from datetime import datetime

import pytest

from rules.day_words import clock, long_day, short_day, shown_phone, spoken_clock


@pytest.mark.parametrize(
    ("moment", "language", "words"),
    [
        ("2026-01-06T15:15", "en", ["Tue Jan 6", "Tuesday, January 6", "3:15 PM", "3:15 PM"]),
        (
            "2026-01-06T15:15",
            "es",
            ["mar 6 ene", "martes 6 de enero", "15:15", "3:15 de la tarde"],
        ),
        (
            "2026-12-30T00:05",
            "en",
            ["Wed Dec 30", "Wednesday, December 30", *["12:05 AM"] * 2],
        ),
        (
            "2026-08-05T09:00",
            "es",
            ["mié 5 ago", "miércoles 5 de agosto", "9:00", "9:00 de la mañana"],
        ),
        ("2026-07-04T12:00", "en", ["Sat Jul 4", "Saturday, July 4", "12:00 PM", "12:00 PM"]),
        (
            "2026-07-04T20:30",
            "es",
            ["sáb 4 jul", "sábado 4 de julio", "20:30", "8:30 de la noche"],
        ),
    ],
)
def test_words_for_a_moment(moment, language, words):
    at = datetime.fromisoformat(moment)
    told = [f(at.date(), language) for f in (short_day, long_day)]
    assert [*told, clock(at, language), spoken_clock(at, language)] == words


def test_a_phone_number_is_shown_as_people_write_it():
    assert shown_phone("+13035550100") == "303-555-0100"
    assert shown_phone("+525555550100") == "+525555550100"
