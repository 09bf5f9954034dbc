"""Callbacks doubled, late, in any order, played again and forged; and a flow side that is away.

Real processes: `ptclinic receive`, `ptclinic attend`, Prefect's server.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.postgres import binaries
from bench.webhooks import burst_on, disorder, kept_while_down, refused

pytestmark = pytest.mark.slow

Tell = Callable[[str], None]


def test_in_any_order_and_however_often_they_come_to_the_same(
    tmp_path: Path, is_long: bool, tell: Tell
) -> None:
    found = disorder(tmp_path, 10_000 if is_long else 200).facts
    assert found["differs"] == {}
    assert found["rows"] > 150
    tell(f"{found['rows']} callbacks doubled, shuffled and played again: nothing differs")


def test_forged_ones_are_all_refused_none_kept_and_all_audited(
    tmp_path: Path, is_long: bool, tell: Tell
) -> None:
    count = 10_000 if is_long else 300
    found = refused(tmp_path, count).facts
    assert (found["refused"], found["stored"], found["audited"]) == (count, 0, count)
    assert found["rows"] < 1 + count / 50, "in sums, not in a row each"
    tell(f"{count} forged callbacks: all refused, none kept, all audited in {found['rows']} rows")


def test_with_the_flow_side_down_none_is_lost_and_each_is_handled_once_it_is_back(
    tmp_path: Path, is_long: bool, tell: Tell
) -> None:
    count = 20_000 if is_long else 300
    found = kept_while_down(tmp_path, count).facts
    assert (found["lost"], found["tasks"]) == (0, count)
    tell(f"{count} webhooks with the flow side down: 0 lost, each handled once")


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_burst_for_many_clinics_is_handled_each_once(
    tmp_path: Path, is_long: bool, tell: Tell, store: str
) -> None:
    if not is_long:
        pytest.skip("two servers of Prefect for one burst: in the long form alone")
    if store == "postgres" and binaries() is None:
        pytest.skip("no PostgreSQL package is installed, whose pg_trgm Prefect needs")
    found = burst_on(tmp_path, 100, 20, store)
    assert found.facts["tasks"] == 100
    tell(f"100 webhooks in half a second, 20 clinics, Prefect on {store}: each once")
