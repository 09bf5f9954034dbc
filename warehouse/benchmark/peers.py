"""Where a clinic stands among the thirty of most like size; nothing of one peer alone."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import inf, log
from pathlib import Path
from statistics import mean, stdev
from typing import Any, Final, NamedTuple

import duckdb

from data_contracts.benchmark import (
    PEERS_AT_LEAST,
    PEERS_AT_MOST,
    ROWS_AT_LEAST,
    NoPercentile,
    Percentile,
)
from data_contracts.errors import UserError
from warehouse.benchmark.counting import SIZE, compared
from warehouse.benchmark.file import reading
from warehouse.benchmark.shrink import prior

_TOO_FAR: Final = 3.0
"""Standard deviations; under eleven clinics none can be that far from the mean of all."""
_ALIKE_FROM: Final = 20
_ALIKE: Final = 0.9
_RATES: Final = """
WITH mine AS (FROM out_benchmark__clinics WHERE slug = $clinic),
sums AS (
    SELECT clinic_no, metric, sum(numerator) AS numerator, sum(denominator)::BIGINT AS denominator
    FROM out_benchmark__cells
    WHERE metric IN ($metric, $size) AND first_day >= $since AND last_day <= $until
    GROUP BY ALL
)
SELECT c.clinic_no, c.slug = $clinic AS is_mine, r.numerator, r.denominator, s.denominator AS size,
       c.refreshed_at
FROM out_benchmark__clinics AS c
JOIN sums AS r ON r.clinic_no = c.clinic_no AND r.metric = $metric
JOIN sums AS s ON s.clinic_no = c.clinic_no AND s.metric = $size
WHERE r.denominator >= $least AND s.denominator > 0
    AND split_part(c.definitions, '@', 1)
        = (SELECT split_part(definitions, '@', 1) FROM mine)
"""
# One clinic under two names: the same practice; or the same book, cells of the same days that hold
# the same numbers, where a practice has changed what it is known by.
_TWINS: Final = """
WITH cells AS (
    SELECT clinic_no, first_day, last_day, numerator, denominator FROM out_benchmark__cells
    WHERE metric = $size AND denominator IS NOT NULL AND clinic_no IN (SELECT unnest($among))
)
SELECT a.clinic_no, b.clinic_no
FROM cells AS a JOIN cells AS b USING (first_day, last_day)
WHERE a.clinic_no < b.clinic_no
GROUP BY ALL
HAVING count(*) >= $from AND $alike * count(*) <= count(*) FILTER (
    WHERE a.denominator = b.denominator AND a.numerator = b.numerator
)
UNION
SELECT a.clinic_no, b.clinic_no
FROM out_benchmark__clinics AS a JOIN out_benchmark__clinics AS b USING (practice)
WHERE a.clinic_no < b.clinic_no
    AND a.clinic_no IN (SELECT unnest($among)) AND b.clinic_no IN (SELECT unnest($among))
"""


_COUNTED: Final = """
SELECT coalesce(sum(date_diff('day', greatest(first_day, $since), least(last_day, $until)) + 1), 0)
FROM out_benchmark__spans JOIN out_benchmark__clinics USING (clinic_no)
WHERE slug = $clinic AND first_day <= $until AND last_day >= $since
"""


class Peer(NamedTuple):
    """A clinic's sums over the asked time."""

    clinic_no: int
    is_mine: bool
    numerator: float
    denominator: int
    size: int
    refreshed_at: Any

    @property
    def rate(self) -> float:
        """As counted."""
        return self.numerator / self.denominator


def percentile(path: Path, clinic: str, metric: str, since: date, until: date) -> Percentile:
    """The clinic's place by one rate among its peers, both days included.

    Raises BenchmarkUnreadable, and UserError for a metric that clinics are not compared by.
    """
    if metric not in compared():
        raise UserError(
            f"clinics are not compared by {metric}; they are by {', '.join(sorted(compared()))}"
        )
    with reading(path) as con:
        asked = {"clinic": clinic, "metric": metric, "since": since, "until": until}
        known = asked | {"better": compared()[metric].better}
        known["missing_days"] = _missing(con, asked)
        rates = con.execute(_RATES, asked | {"size": SIZE, "least": ROWS_AT_LEAST}).fetchall()
        found = [Peer(*row) for row in rates]
        mine = next((one for one in found if one.is_mine), None)
        if mine is None:
            return Percentile(**known, why_not=_why_not(con, asked))
        return Percentile(**known, **_place(mine, _nearest(con, mine, found)))


def _missing(con: duckdb.DuckDBPyConnection, asked: dict[str, Any]) -> int:
    """How many of the days were never counted."""
    wanted = {name: asked[name] for name in ("clinic", "since", "until")}
    [(counted,)] = con.execute(_COUNTED, wanted).fetchall()
    days: int = (asked["until"] - asked["since"]).days + 1
    return days - int(counted)


def _why_not(con: duckdb.DuckDBPyConnection, asked: dict[str, Any]) -> NoPercentile:
    wanted = {name: asked[name] for name in ("clinic", "since", "until")}
    [(counted,)] = con.execute(_COUNTED, wanted).fetchall()
    return NoPercentile.FEW_ROWS if counted else NoPercentile.NO_DAYS


def _nearest(con: duckdb.DuckDBPyConnection, mine: Peer, found: Sequence[Peer]) -> list[Peer]:
    """The clinics of most like size, each once, whatever it was called."""
    others = [one for one in found if not one.is_mine]
    others.sort(key=lambda one: (abs(log(one.size / mine.size)), one.clinic_no))
    # A few more than are needed: some may turn out to be one clinic under two names.
    others = others[: PEERS_AT_MOST + PEERS_AT_MOST // 2]
    among = {one.clinic_no: one for one in (mine, *others)}
    asked = {"size": SIZE, "among": list(among), "from": _ALIKE_FROM, "alike": _ALIKE}
    gone = {
        _older(mine, among[one], among[other])
        for one, other in con.execute(_TWINS, asked).fetchall()
    }
    return [one for one in others if one.clinic_no not in gone][:PEERS_AT_MOST]


def _older(mine: Peer, one: Peer, other: Peer) -> int:
    """Of two names of one clinic, the one to leave out: never the asking one, else the older."""
    if mine in (one, other):
        return other.clinic_no if one is mine else one.clinic_no
    return min(one, other, key=lambda peer: (peer.refreshed_at, peer.clinic_no)).clinic_no


def _place(mine: Peer, nearest: Sequence[Peer]) -> dict[str, Any]:
    peers = _without_far(nearest)
    own = {
        "value": mine.rate,
        "n": mine.denominator,
        "peers": len(peers),
        "dropped": len(nearest) - len(peers),
    }
    if len(peers) < PEERS_AT_LEAST:
        return own | {"why_not": NoPercentile.FEW_PEERS}
    group = prior([(one.numerator, one.denominator) for one in peers])
    others = [group.drawn(one.numerator, one.denominator) for one in peers]
    shrunk = group.drawn(mine.numerator, mine.denominator)
    p25, p50, p75 = (_quantile(others, share) for share in (0.25, 0.5, 0.75))
    low, high = group.range_of(mine.numerator, mine.denominator)
    # Where clinics differ no more than chance would, a place says nothing: any could be the true.
    edges = (0.0, 100.0) if group.strength == inf else (_rank(low, others), _rank(high, others))
    return own | {
        "shrunk": shrunk,
        "percentile": _rank(shrunk, others),
        "low": edges[0],
        "high": edges[1],
        "p25": p25,
        "p50": p50,
        "p75": p75,
    }


def _without_far(peers: Sequence[Peer]) -> list[Peer]:
    """Without those whose rate lies more than three standard deviations from the mean."""
    if len(peers) < 2:
        return list(peers)
    rates = [one.rate for one in peers]
    middle, far = mean(rates), _TOO_FAR * stdev(rates)
    return [one for one in peers if abs(one.rate - middle) <= far or far == 0]


def _quantile(rates: Sequence[float], share: float) -> float:
    """Of all rates together (Harrell and Davis 1982): the middle one of five is a peer's own."""
    from scipy.special import betainc

    ends = [place / len(rates) for place in range(len(rates) + 1)]
    weights = pairwise(betainc((len(rates) + 1) * share, (len(rates) + 1) * (1 - share), ends))
    pairs = zip(weights, sorted(rates), strict=True)
    return float(sum((high - low) * rate for (low, high), rate in pairs))


def _rank(value: float, others: Sequence[float]) -> float:
    """The share of others below, ties by half, in percent."""
    below = sum(one < value for one in others)
    ties = sum(one == value for one in others)
    return 100 * (below + ties / 2) / len(others)
