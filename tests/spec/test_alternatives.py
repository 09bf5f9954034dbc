"""Which other times are offered, and which are not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from data_contracts.dialogue import Opening
from rules.alternatives import Wanted, choose
from tests.spec.table import each_row

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 1, 5, 16, tzinfo=UTC)
"""Monday, 9:00 in Denver."""

# The visit given up is Wed Jan 7, 10:00, with Caro; `c8@10`: with Caro on Jan 8 at 10:00, Denver.
CHOICES = """
    free                | offered
    c7@14 c8@10 c9@10 c12@10  | c8@10 c9@10 c12@10  # near, and at the usual hour
    d7@11 c9@10 c12@10 c13@10 | c9@10 c12@10 c13@10 # the own therapist comes first
    d7@11 d8@10 c9@10         | d7@11 d8@10 c9@10   # others where the own has too few
    c8@9 c8@10 c8@11 c9@10    | c8@9 c8@10 c9@10    # a day twice at most
    c8@9 c8@10 c8@11          | c8@9 c8@10 c8@11    # unless there is no other
    d8@10 c8@10               | c8@10               # one time is one choice
    c7@10                     | -                   # the very time that does not suit
    c5@10 c5@11               | c5@11               # two hours ahead at least
    -                         | -                   # nothing is free
"""

SPACING = """
    others | gap | until | free         | offered
    8      | 1   | _     | c8@15 c9@10  | c9@10       # the patient comes on the 8th anyway
    8      | 0   | _     | c8@15 c9@10  | c8@15 c9@10
    8      | 2   | _     | c9@10 c10@10 | c10@10      # the plan of care keeps two days
    _      | 1   | 9     | c9@10 c12@10 | c9@10       # the plan ends on the 9th
"""
TABLES = {
    "Other times: which are offered": CHOICES,
    "Other times: as the plan of care lets them": SPACING,
}


def at(text):
    day, hour = map(int, text[1:].split("@"))
    who = {"c": "caro", "d": "dev"}[text[0]]
    return Opening(who, None, datetime(2026, 1, day, hour, tzinfo=DENVER))


def several(text):
    return [at(one) for one in text.split() if one not in ("-", "_")]


def wanted(**more):
    starts_at = datetime(2026, 1, 7, 10, tzinfo=DENVER)
    return Wanted("caro", starts_at, **more)


@each_row(CHOICES)
def test_the_best_times_are_offered(free, offered):
    found = choose(wanted(), several(free), NOW, DENVER, lead=timedelta(hours=2))
    assert list(found) == several(offered)


@each_row(SPACING)
def test_visits_keep_their_distance(others, gap, until, free, offered):
    ahead = [int(one) for one in others.split() if one != "_"]
    more = {
        "others": tuple(datetime(2026, 1, one, 10, tzinfo=DENVER) for one in ahead),
        "gap": int(gap),
        "until": None if until == "_" else date(2026, 1, int(until)),
    }
    found = choose(wanted(**more), several(free), NOW, DENVER, lead=timedelta(hours=2))
    assert list(found) == several(offered)


def test_a_habit_counts_more_than_a_day():
    habits = (datetime(2025, 12, 2, 15, tzinfo=DENVER), datetime(2025, 12, 9, 15, tzinfo=DENVER))
    free = several("c8@10 c12@15 c13@15 c14@15")
    found = choose(wanted(habits=habits), free, NOW, DENVER, lead=timedelta(hours=2))
    assert [one.starts_at.astimezone(DENVER).hour for one in found] == [15, 15, 15]
