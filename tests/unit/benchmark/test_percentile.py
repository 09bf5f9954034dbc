"""A clinic among those of like size: enough of them, none too far off, none twice."""

from datetime import date, timedelta
from math import inf
from pathlib import Path
from typing import Any

import pytest
from scipy.special import betaincinv

from data_contracts.benchmark import NoPercentile, Percentile
from data_contracts.errors import UserError
from warehouse.benchmark.counting import SIZE
from warehouse.benchmark.file import replacing
from warehouse.benchmark.peers import percentile
from warehouse.benchmark.shrink import prior

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 30)
Days = list[tuple[float, int]]


def put(path: Path, **clinics: Days) -> None:
    """Clinics with so many missed of so many visits on each day from the first of January on."""
    with replacing(path) as con:
        for slug, days in clinics.items():
            [(number,)] = con.execute(
                "INSERT INTO out_benchmark__clinics"
                " (clinic_no, clinic_key, slug, name, definitions, refreshed_at)"
                " SELECT count(*) + 1, ?, ?, ?, 'words@America/Denver',"
                " TIMESTAMPTZ '2026-02-01 00:00:00Z' + to_hours(count(*)::INT)"
                " FROM out_benchmark__clinics RETURNING clinic_no",
                [slug, slug, slug],
            ).fetchall()
            cells = [
                [number, metric, day, day, count, of]
                for n, (missed, of) in enumerate(days)
                for day in [FIRST + timedelta(days=n)]
                for metric, count in (("no_show_rate", missed), (SIZE, of - missed))
            ]
            if not cells:
                continue
            con.executemany("INSERT INTO out_benchmark__cells VALUES (?, ?, ?, ?, ?, ?)", cells)
            until = FIRST + timedelta(days=len(days) - 1)
            con.execute("INSERT INTO out_benchmark__spans VALUES (?, ?, ?)", [number, FIRST, until])


def fleet(count: int, of: int = 500, base: int = 40) -> dict[str, Days]:
    """Clinics that miss more and more."""
    return {f"clinic-{n}": [(base + 10 * n, of)] for n in range(count)}


def place(path: Path, clinic: str = "mine", until: date = LAST, **changed: Any) -> Percentile:
    return percentile(path, clinic, "no_show_rate", changed.get("since", FIRST), until)


def test_a_clinic_is_placed_among_its_peers_and_is_none_of_them(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], **fleet(9))
    found = place(path)
    assert (found.value, found.n, found.peers, found.dropped) == (0.15, 500, 9, 0)
    assert found.percentile == pytest.approx(100 * 4 / 9)
    assert found.better == "lower"
    assert found.low < found.percentile < found.high
    assert found.p25 < found.p50 < found.p75
    assert found.shrunk == pytest.approx(0.1525, abs=0.003)


def test_under_five_peers_nothing_of_them_is_told(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], **fleet(4))
    found = place(path)
    assert (found.why_not, found.peers, found.value) == (NoPercentile.FEW_PEERS, 4, 0.15)
    assert (found.p25, found.p50, found.p75, found.percentile) == (None,) * 4
    put(path, fifth=[(20, 500)])
    assert place(path).peers == 5


@pytest.mark.parametrize("count", [5, 9])
def test_no_quartile_is_one_peers_own_rate(tmp_path, count):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], **fleet(count))
    found = place(path)
    counts = [days[0] for days in fleet(count).values()]
    own = [prior(counts).drawn(*one) for one in counts]
    for shown in (found.p25, found.p75):
        assert min(abs(shown - one) for one in own) > 0.001
    assert found.p50 == pytest.approx(sum(own) / count), "evenly spread, all of them together"


def test_uneven_peers_do_not_give_the_middle_one_away(tmp_path):
    path = tmp_path / "b.duckdb"
    counts = [(40, 500), (45, 500), (60, 500), (110, 500), (130, 500)]
    put(path, mine=[(75, 500)], **{f"c{n}": [one] for n, one in enumerate(counts)})
    assert abs(place(path).p50 - prior(counts).drawn(60, 500)) > 0.01


def test_the_nearest_thirty_by_size_are_compared_and_no_other(tmp_path):
    path = tmp_path / "b.duckdb"
    near = {f"near-{n}": [(50 + n, 480 + n)] for n in range(30)}
    far = {f"far-{n}": [(900 + n, 3000 + n)] for n in range(10)}
    put(path, mine=[(75, 500)], **near, **far)
    found = place(path)
    assert found.peers == 30
    assert found.p75 < 0.2, "none of the large, who miss 30 %"


def test_a_rate_beyond_three_deviations_is_dropped_and_counted(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], odd=[(450, 500)], **fleet(14, base=50))
    found = place(path)
    assert (found.peers, found.dropped) == (14, 1)


@pytest.mark.parametrize(("missed", "of", "drawn"), [(6, 12, 0.253), (500, 1000, 0.489)])
def test_few_rows_are_drawn_to_the_mean_and_many_stay(tmp_path, missed, of, drawn):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(missed, of)], **{f"c{n}": [(6 + 2 * n, 100)] for n in range(12)})
    found = place(path)
    assert found.value == 0.5
    assert found.shrunk == pytest.approx(drawn, abs=0.001)


def test_clinics_that_differ_no_more_than_chance_have_no_place(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(10, 100)], **{f"c{n}": [(10, 100 + n)] for n in range(8)})
    found = place(path)
    assert (found.percentile, found.low, found.high) == (50, 0, 100)


@pytest.mark.parametrize("counts", [[(10, 100)] * 8, [(0, 50)] * 6, [(3, 10)]])
def test_no_spread_beyond_chance_draws_everybody_to_the_mean(counts):
    assert prior(counts).strength == inf


def test_the_spread_of_clinics_is_found_again():
    # Beta with mean 0.2 and s = 20 (r = 1/21), at its 5 % steps, of 400 rows each.
    counts = [(400 * float(betaincinv(4, 16, (n + 0.5) / 200)), 400) for n in range(200)]
    found = prior(counts)
    assert found.mean == pytest.approx(0.2, abs=0.002)
    assert found.strength == pytest.approx(20, rel=0.15)


def test_a_peer_with_fewer_than_ten_rows_is_none(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], **fleet(5), tiny=[(4, 9)])
    assert place(path).peers == 5


def test_what_a_clinic_cannot_be_told_says_why(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], small=[], **fleet(6))
    assert place(path, "nobody").why_not is NoPercentile.NO_DAYS
    with replacing(path) as con:
        con.execute(
            "INSERT INTO out_benchmark__spans SELECT clinic_no, '2026-01-01', '2026-01-20'"
            " FROM out_benchmark__clinics WHERE slug = 'small'"
        )
    found = place(path, "small")
    assert (found.why_not, found.missing_days) == (NoPercentile.FEW_ROWS, 10)


def test_days_that_were_never_counted_are_told(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(10, 60)] * 10, **fleet(6))
    assert place(path, until=date(2026, 1, 10)).missing_days == 0
    assert place(path, until=date(2026, 1, 12)).missing_days == 2


def test_one_clinic_under_two_names_is_no_peer_of_itself(tmp_path):
    path = tmp_path / "b.duckdb"
    mine: Days = [(2 + n % 5, 40 + n) for n in range(25)]
    put(path, mine=mine, before=mine, **{f"c{n}": [(3 + n % 2, 39 + n)] * 25 for n in range(6)})
    assert place(path).peers == 6
    assert place(path, "before").peers == 6
    assert place(path, "c0").peers == 6, "of the two names one is left"


def test_a_practice_begun_anew_under_another_name_is_no_peer_of_itself_from_the_first_day(tmp_path):
    """Two shared cells, of other numbers, are too few to tell one book from another."""
    path = tmp_path / "b.duckdb"
    put(path, mine=[(70, 500)] * 3, before=[(75, 510)] * 2, **fleet(6))
    assert place(path).peers == 7
    with replacing(path) as con:
        con.execute(
            "UPDATE out_benchmark__clinics SET practice = CASE WHEN slug IN ('mine', 'before')"
            " THEN 'one' WHEN slug = 'clinic-0' THEN 'another' END"
        )
    assert place(path).peers == place(path, "before").peers == 6
    assert place(path, "clinic-0").peers == 6, "of the two names one is left"


def test_clinics_counted_by_other_words_are_not_compared(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)], **fleet(6))
    with replacing(path) as con:
        con.execute(
            "UPDATE out_benchmark__clinics SET definitions = 'older@Zone' WHERE slug = 'clinic-1'"
        )
        con.execute(
            "UPDATE out_benchmark__clinics SET definitions = 'words@Zone' WHERE slug = 'clinic-2'"
        )
    assert place(path).peers == 5


def test_money_and_counts_are_not_compared(tmp_path):
    path = tmp_path / "b.duckdb"
    put(path, mine=[(75, 500)])
    with pytest.raises(UserError, match="not compared by revenue_at_risk; they are by"):
        percentile(path, "mine", "revenue_at_risk", FIRST, LAST)
