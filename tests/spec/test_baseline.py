"""Which weeks a sprint is compared with, and which definitions count as changed since."""

from datetime import date, timedelta

import pytest

from rules.baseline import baseline_span
from rules.definitions import changes, hashed, overall
from tests.spec.table import each_row

SPANS = """
    weeks with visits                | weeks | its first day
    1                               | 1     | 2026-01-12
    1-8                             | 8     | 2025-11-24
    1-13                            | 13    | 2025-10-20
    1-40                            | 13    | 2025-10-20 # as many as a sprint has
    1-3, 5-9                        | 8     | 2025-11-17 # closed for a week
    1-3, 6-9                        | 3     | 2025-12-29 # two weeks of nothing end it
    2-9                             | 8     | 2025-11-17 # the last week has no outcomes yet
    3-9                             | 0     |
                                    | 0     |            # nobody came yet
"""

TABLES = {"Sprint: the weeks of a baseline that ends on 2026-01-18": SPANS}

END = date(2026, 1, 18)


def days(words: str):
    for part in filter(None, words.split(", ")):
        first, _, last = part.partition("-")
        for week in range(int(first), int(last or first) + 1):
            yield END - timedelta(days=7 * week - 4)


@each_row(SPANS)
def test_a_baseline_is_the_clinic_s_last_weeks(weeks_with_visits, weeks, its_first_day):
    found = baseline_span(days(weeks_with_visits), END)
    first = date.fromisoformat(its_first_day) if its_first_day else None
    assert (found.weeks, found.from_on) == (int(weeks), first)
    assert found.to_on == (END if found.weeks else None)


def test_what_comes_after_the_last_day_is_not_looked_at():
    assert baseline_span([END + timedelta(days=1)], END).weeks == 0


WAS = {"clinic": {"within": "PT24H"}, "metric a": {"where": "x  >\n 1", "when": "at"}}


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (WAS, []),
        ({"metric a": {"when": "at", "where": "x > 1"}, "clinic": {"within": "PT24H"}}, []),
        (WAS | {"metric b": {"where": "y"}}, []),
        (WAS | {"clinic": {"within": "PT48H"}}, ["clinic"]),
        (WAS | {"metric a": {"where": "x > 2", "when": "at"}}, ["metric a"]),
        ({"clinic": WAS["clinic"]}, ["metric a"]),
    ],
    ids=["same", "other spaces", "a new metric", "the clinic's own", "a metric's", "one is gone"],
)
def test_a_definition_that_differs_from_the_frozen_one_is_named(now, changed):
    assert [one.name for one in changes(hashed(WAS), hashed(now))] == changed


def test_one_hash_stands_for_all_of_them():
    later = WAS | {"clinic": {"within": "PT48H"}}
    assert overall(hashed(WAS)) == overall(hashed(dict(reversed(WAS.items()))))
    assert overall(hashed(WAS)) != overall(hashed(later))
