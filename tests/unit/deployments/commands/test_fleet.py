"""All clinics at the command: for the consultant alone, as a table and as a page."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def refreshed(write_file, enter, ptclinic):
    """Northside, whose share of the benchmark is there."""
    write_file()
    enter()
    assert ptclinic("benchmark", "refresh", "northside").code == 0


def test_the_fleet_is_one_page_and_one_table(refreshed, ptclinic, tmp_path):
    out = tmp_path / "page.html"
    said = ptclinic("fleet", "--out", str(out))
    assert said.code == 0
    assert "Northside" in said.out
    assert "All clinics" in out.read_text()
    told = json.loads(ptclinic("fleet", "--json").out)
    assert [one["slug"] for one in told["fleet"]["clinics"]] == ["northside"]
    assert Path(told["page"]).name == "fleet.html"


def test_an_owner_sees_no_other_clinic(ptclinic, monkeypatch):
    monkeypatch.setenv("PTCLINIC_ROLE", "owner")
    said = ptclinic("fleet")
    assert said.code == 3
    assert "fleet: read" in said.err
