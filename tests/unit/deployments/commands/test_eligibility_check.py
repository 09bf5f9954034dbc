"""Asking payers from the command line: what is due, or one visit; reading again what is kept."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.schema_insurance import coverages, inquiries
from tests.cast import NOW, clinic_file
from tests.conftest import Sandbox
from tests.unit.deployments.commands.conftest import Command
from tests.unit.tasks.intake import AGREED, Intake, insurance

pytestmark = pytest.mark.slow
AT = ("--now", NOW.isoformat())


@pytest.fixture
def intake(write_file: Callable[..., None], enter: Callable[..., Any], sandbox: Sandbox) -> Intake:
    """Northside's file and ledger, with payers behind the sandbox."""
    practice = clinic_file()["practice"] | {"base_url": sandbox.cliniko}
    part = {"insurance": insurance(sandbox.stedi), "agreements": AGREED, "practice": practice}
    write_file(**part)

    def house(**changes: Any) -> Any:
        return SimpleNamespace(here=enter(**changes))

    house.stedi = sandbox.stedi  # type: ignore[attr-defined]
    sandbox.forget_inquiries()
    return Intake(house)


def test_one_visit_is_asked_about_though_it_is_not_due_and_nobody_is_named(
    intake: Intake, ptclinic: Command
) -> None:
    ana = intake.patient("ACTIVE")
    visit = f"{ana}-0"
    said = ptclinic("eligibility", "check", "northside", "--visit", visit, *AT, "--json")
    assert said.code == 0, said.err
    assert said.document["counts"]["usable"] == 2
    lines = {one["name"]: one["says"] for one in said.document["visit"]}
    assert lines["Copay for a visit"] == "$30"
    again = ptclinic("eligibility", "check", "northside", "--visit", visit, *AT)
    assert "asked before" in again.out
    assert not any(word in again.out + said.out for word in ("Ana", "Example", "1980"))
    told = ptclinic("explain", "northside", visit, *AT, "--json").document["insurance"]
    assert [one["came_to"] for one in told] == ["usable", "usable", "active"]


def test_what_is_kept_is_read_again_and_nobody_is_asked(
    intake: Intake, ptclinic: Command, sandbox: Sandbox
) -> None:
    ana = intake.patient("ACTIVE")
    intake.verify()
    asked = sandbox.inquiries()
    with intake.here.ledger.write() as con:
        con.execute(coverages.delete())
        con.execute(inquiries.update().values(outcome="unreadable", status="ended"))
    said = ptclinic("eligibility", "replay", "northside", *AT, "--json")
    assert said.document["counts"] == {"usable": 2}
    assert intake.coverage(ana).status == "active"
    assert sandbox.inquiries() == asked


def test_a_clinic_that_asks_nobody_says_what_is_missing(
    write_file: Callable[..., None], enter: Callable[..., Any], ptclinic: Command
) -> None:
    write_file()
    enter()
    said = ptclinic("eligibility", "check", "northside", *AT)
    assert said.code == 1
    assert "the file has no `insurance`" in said.err
