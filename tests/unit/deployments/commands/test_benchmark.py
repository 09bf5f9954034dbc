"""`benchmark refresh`: clinics in turn, some days again, and a broken one by its name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from data_contracts.fleet import Health
from data_contracts.settings import Settings
from data_contracts.visit import VisitStatus
from ledger.keys import create_master_key
from tasks.benchmarking import fleet_of, percentile_of, refresh_benchmark
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, publish_warehouse
from tasks.room import room
from tests.cast import NOW, clinic_file, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command
from warehouse.benchmark.file import reading
from warehouse.store import opened

pytestmark = pytest.mark.slow
AT = ("--now", NOW.isoformat())
NAMES = ("northside", "southside")


@pytest.fixture
def here(write_file: Callable[..., None], tmp_path: Path) -> Path:
    """Two clinics, each with a dozen visits on each of three days."""
    write_file()
    other = clinic_file() | {"slug": "southside", "name": "Southside PT", "phone": "+13035550150"}
    (tmp_path / "clinics" / "southside.yaml").write_text(yaml.safe_dump(other))
    create_master_key(tmp_path / "var/southside/master.key")
    past = [
        visit(
            source_id=f"v{days}-{n}",
            starts_at=NOW - timedelta(days=days),
            booked_at=NOW - timedelta(days=days + 5),
            updated_at=NOW - timedelta(days=days),
            status=VisitStatus.ARRIVED,
        )
        for days in (1, 2, 3)
        for n in range(12)
    ]
    for slug in NAMES:
        with room(slug) as one:
            keep_snapshot(one, snapshot([person()], past), NOW)
    return tmp_path


def test_a_broken_clinic_is_named_and_the_others_are_refreshed(
    here: Path, ptclinic: Command
) -> None:
    (here / "var/southside/warehouse.duckdb").write_text("not a database" * 500)
    said = ptclinic("benchmark", "refresh", *AT, "--json")
    assert said.code == 1
    assert said.document["clinics"]["northside"]["days"] == 3
    assert "warehouse.duckdb" in said.document["failed"]["southside"]
    found = fleet_of(Settings(), NOW, {"southside": "Southside PT", "new": "New PT"})
    assert [(one.slug, one.health) for one in found.clinics] == [
        ("southside", Health.FAILING),
        ("new", Health.UNKNOWN),
        ("northside", Health.WELL),
    ]
    (here / "var/southside/warehouse.duckdb").unlink()
    assert ptclinic("benchmark", "refresh", "southside", *AT).code == 0
    assert {one.health for one in fleet_of(Settings(), NOW, {}).clinics} == {Health.WELL}


def test_one_run_publishes_the_file_once_whole_and_again_changes_nothing(
    here: Path, ptclinic: Command
) -> None:
    file = here / "var/benchmark.duckdb"
    cells = "SELECT slug, metric, first_day, last_day, numerator, denominator"
    cells += " FROM out_benchmark__cells JOIN out_benchmark__clinics USING (clinic_no) ORDER BY ALL"

    def kept() -> list[tuple[Any, ...]]:
        with reading(file) as con:
            return con.execute(cells).fetchall()

    with room("southside") as one:
        load_warehouse(one, NOW)
        publish_warehouse(one)
        # What its loads count from is gone, so that the benchmark cannot be made of them.
        with opened(one.ledger.warehouse_path, one.ledger.warehouse_key) as con:
            con.execute("DROP TABLE core_load__origin")
    said = ptclinic("benchmark", "refresh", *AT, "--json")
    assert set(said.document["clinics"]) == {"northside"}
    assert set(said.document["failed"]) == {"southside"}
    first = kept()
    assert {row[0] for row in first} == {"northside"}
    assert ptclinic("benchmark", "refresh", "northside", *AT).code == 0
    assert kept() == first
    assert [one.name for one in file.parent.glob(".benchmark*")] == []


def test_the_asked_days_alone_are_counted_again(here: Path, ptclinic: Command) -> None:
    day = f"{NOW - timedelta(days=2):%Y-%m-%d}"
    said = ptclinic("benchmark", "refresh", "northside", "--from", day, "--to", day, *AT, "--json")
    assert said.document["clinics"]["northside"]["days"] == 1
    wrong = ptclinic("benchmark", "refresh", "--from", day, "--to", "2020-01-01", *AT, "--json")
    assert (wrong.code, "lies after" in wrong.document["problems"][0]) == (1, True)


def test_clinics_that_are_refreshed_at_once_take_turns_and_none_is_its_own_peer(
    here: Path, tmp_path: Path
) -> None:
    def act(slug: str) -> Any:
        with room(slug) as one:
            load_warehouse(one, NOW)
            publish_warehouse(one)
            return refresh_benchmark(one, NOW).days

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, NAMES * 2))
    assert {one.slug for one in fleet_of(Settings(), NOW, {}).clinics} == set(NAMES)
    days = NOW.date() - timedelta(days=3), NOW.date()
    with room("northside") as one:
        found = percentile_of(one, "no_show_rate", *days)
    assert (found.n, found.value, found.peers) == (36, 0.0, 1)
    # Three days are too few to tell by the book that it is one practice: its number tells.
    anew = clinic_file() | {"slug": "southside", "name": "Riverside Rehab"}
    (tmp_path / "clinics" / "southside.yaml").write_text(yaml.safe_dump(anew))
    with room("southside") as other:
        refresh_benchmark(other, NOW)
    with room("northside") as one:
        assert percentile_of(one, "no_show_rate", *days).peers == 0
