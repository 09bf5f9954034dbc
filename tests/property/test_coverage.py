"""Whatever rows a payer sends, the meaning has no loose ends and no figure comes from nowhere."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.benefit import (
    Allowance,
    Answer,
    Benefit,
    Loop,
    Member,
    Period,
    Rejection,
    Source,
)
from data_contracts.coverage import CoverageStatus, Network, Stated
from data_contracts.estimate import Allowed
from rules.countdown import visits_countdown
from rules.coverage import summarize
from rules.coverage_change import changes
from rules.estimate import estimate

DAY = date(2026, 3, 12)
TEXTS = (
    "PHYSICAL THERAPY",
    "SHT TRM RHB",
    "HIGHEST BENEFIT",
    "PLAN REQUIRES PRECERT",
    "PATIENT NOT FOUND",
    "ANA ROSEN 555-0100",
)
_numbers = st.sampled_from([*map(Decimal, ("0", "0.2", "1", "12", "40", "500.25"))])
_odd = st.sampled_from([*map(Decimal, ("-3", "999999.99", "99999", "1E+3", "30"))])
_days = st.integers(-500, 500).map(lambda days: DAY + timedelta(days=days))
_periods = st.builds(
    Period,
    st.sampled_from(["291", "307", "346", "347", "356", "357", "472"]),
    st.none() | _days,
    st.none() | _days,
)
_sources = st.builds(Source, st.integers(1, 300), st.sampled_from(["EB*1", "EB*B"]))
_allowances = st.builds(
    Allowance,
    st.sampled_from(["VS", "DY", None]),
    st.none() | _numbers | _odd,
    st.sampled_from([None, "21", "29", "34"]),
    st.none() | _numbers,
    _sources,
)
_rejections = st.builds(
    Rejection,
    st.sampled_from(["42", "72", "53", "E3", "??"]),
    st.sampled_from(["C", "R", "N", "W", ""]),
    st.sampled_from(Loop),
    _sources,
)
_rows = st.builds(
    Benefit,
    st.sampled_from([*"1256ABCFGHINRUV", "CB", "MC", ""]),
    st.sampled_from([None, "IND", "FAM", "EMP", "CHD"]),
    st.lists(st.sampled_from(["30", "PT", "AE", "A9", "98", "33", "88"]), max_size=3).map(tuple),
    st.sampled_from([None, "PR", "MA", "MB", "QM", "HN"]),
    st.sampled_from([None, "GOLD", "SILVER"]),
    st.sampled_from([None, "7", "21", "23", "24", "27", "29", "32", "35", "36"]),
    st.none() | _numbers | _odd,
    st.none() | _numbers | _odd,
    st.sampled_from([None, "VS", "DY", "99", "M2"]),
    st.none() | _numbers | _odd,
    st.sampled_from([None, "Y", "N", "U"]),
    st.sampled_from([None, "Y", "N", "W", "U", "?"]),
    st.sampled_from([None, "HC:97110"]),
    st.lists(_allowances, max_size=1).map(tuple),
    st.lists(_periods, max_size=2).map(tuple),
    st.just(()),
    st.lists(st.sampled_from(TEXTS), max_size=2).map(tuple),
    st.lists(st.sampled_from(["11", "22"]), max_size=1).map(tuple),
    st.just(()),
    st.just(()),
    _sources,
)


def answer(rows: list[Benefit], dates: list[Period], refused: list[Rejection]) -> Answer:
    """An answer about one subscriber."""
    who = Member(Loop.SUBSCRIBER, None, None, None, None, (), tuple(dates), (), (), tuple(rows))
    return Answer("005010X279A1", None, None, who, (), tuple(refused), ())


def figures(summary: Any) -> list[Stated[Decimal]]:
    """Every figure of a summary."""
    meters = (*summary.deductible, *summary.out_of_pocket)
    found = [one for meter in meters for one in meter]
    found += [summary.copay, summary.coinsurance, *summary.visits[:3]]
    return [one for one in found if one is not None]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_rows, max_size=14),
    st.lists(_periods, max_size=2),
    st.lists(_rejections, max_size=1),
    st.sampled_from(Network),
    st.none() | st.integers(0, 40),
)
def test_no_figure_comes_from_nowhere(
    rows: list[Benefit],
    dates: list[Period],
    refused: list[Rejection],
    network: Network,
    own: int | None,
) -> None:
    found = summarize(answer(rows, dates, refused), DAY, network, own_visits=own)
    said = {row.source for row in rows} | {hsd.source for row in rows for hsd in row.allowances}
    for figure in figures(found):
        assert 0 <= figure.low <= figure.high
        assert figure.sources
        assert said.issuperset(figure.sources)
    if found.status is not CoverageStatus.ACTIVE:
        assert not figures(found)
        assert found.pt_covered is None
    if refused:
        assert found.status is CoverageStatus.REJECTED
    assert "ROSEN" not in " ".join(found.notes)
    if found.coinsurance is not None:
        assert found.coinsurance.high <= 1
    bill = estimate(found, Allowed(Decimal(80), Decimal(120)))
    if bill.low is not None and bill.high is not None:
        assert 0 <= bill.low <= bill.high <= 120
    visits_countdown(found.visits)
    assert changes(found, found) == () or found.status is not CoverageStatus.ACTIVE


@settings(max_examples=40, deadline=None)
@given(st.lists(_rows, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(rows: list[Benefit], chance: Any) -> None:
    mixed = rows[:]
    chance.shuffle(mixed)
    one, other = (summarize(answer(found, [], []), DAY, Network.IN) for found in (rows, mixed))
    assert one.status is other.status
    assert one.pt_covered is other.pt_covered
    ends = [
        [(figure.low, figure.high, figure.is_estimated) for figure in figures(found)]
        for found in (one, other)
    ]
    assert ends[0] == ends[1]
