"""Each patient of the simulated clinic has an insurance that a hub can be asked about."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from sandbox.clinic.engine import Clinic
from sandbox.clinic.insurer import Insurer
from sandbox.clinic.npi import is_npi
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.inquiry import CLIENT, eligible, form, found, x270

PAYERS = {"M": "91001", "S": "91002", "H": "91003", "B": "91004", "R": "91005", "D": "91006"}


@pytest.fixture(scope="module")
def town() -> Iterator[Running]:
    """A sandbox with people enough for each kind of insurance."""
    with serve(Settings(seed=7, patients=160, history_days=30, rate_limit=0)) as running:
        yield running


@pytest.fixture(scope="module")
def insured(town: Running) -> list[dict[str, Any]]:
    told = CLIENT.get(f"{town.control}/insurances").raise_for_status().json()
    return list(told)


def _ask(box: Running, one: dict[str, Any], **more: str) -> str:
    """The answer about a policy, asked with what the payer itself has on file."""
    policy = one["policy"]
    who, holder = policy["patient"], policy["holder"]
    asked = {
        "payer": policy["payer"]["id"],
        "last": who["last_name"],
        "first": who["first_name"],
        "born": who["birth"].replace("-", ""),
        "service_type": "PT",
    } | more
    if policy["is_dependent"]:
        asked["holder"] = holder["first_name"]
    return form(box, x270(policy["member_id"], **asked)).text


def _make(box: Running, **insurance: Any) -> None:
    """Ana Example, born in 1980, insured so."""
    made = {"first_name": "Ana", "last_name": "Example", "insurance": insurance}
    CLIENT.post(f"{box.control}/patients", json=made).raise_for_status()


def _of_payer(insured: list[dict[str, Any]], letter: str) -> list[dict[str, Any]]:
    return [
        one
        for one in insured
        if one["policy"]["payer"]["id"] == PAYERS[letter]
        and not one["policy"]["ends"]
        and one["policy"]["patient"]["last_name"].isascii()
    ]


def test_nearly_everybody_is_insured_by_one_of_six(insured: list[dict[str, Any]]) -> None:
    found_payers = {one["policy"]["payer"]["id"] for one in insured}
    assert found_payers == set(PAYERS.values())
    assert len({one["policy"]["member_id"] for one in insured}) == len(insured)


def test_equal_seeds_insure_alike_and_others_do_not() -> None:
    def members(seed: int) -> list[str]:
        insurer = Insurer(Clinic(Settings(seed=seed, patients=15, history_days=7)))
        return sorted(policy.member_id for _, policy in insurer.policies())

    assert members(3) == members(3) != members(4)


@pytest.mark.parametrize("letter", sorted(PAYERS))
def test_each_payer_tells_what_is_true_in_its_own_manner(
    town: Running, insured: list[dict[str, Any]], letter: str
) -> None:
    one = _of_payer(insured, letter)[0]
    policy = one["policy"]
    text = _ask(town, one)
    assert found(text, "EB", "1", "", "30"), text
    if policy["copay"] is not None:
        assert {row[7] for row in found(text, "EB", "B")} == {str(policy["copay"])}
    if policy["visit_limit"]:
        quantities = {row[10] for row in found(text, "EB", "F") if len(row) > 10 and row[10]}
        allowed = {row[2] for row in found(text, "HSD", "VS")}
        assert str(policy["visit_limit"]) in quantities | allowed
    if policy["needs_authorization"] and letter != "S":
        assert "Y" in {row[11] for row in found(text, "EB") if len(row) > 11}
    assert found(text, "NM1", "PR")[0][3] == policy["payer"]["name"]


def test_what_is_left_of_a_limit_falls_with_each_visit(box: Running, control: httpx.Client) -> None:
    terms = {"visit_limit": 20, "visits_elsewhere": 3}
    ana = control.post("/patients", json={"insurance": terms}).json()["id"]
    one = control.get(f"/insurances/{ana}").json()

    def left() -> str:
        limits = found(_ask(box, one, on="20260120"), "EB", "F")
        return next(row[10] for row in limits if row[6] == "29")

    assert left() == "17"
    visit = {"patient_id": ana, "starts_at": "2026-01-06T16:00:00Z"}
    control.post("/visits", json=visit).raise_for_status()
    control.post("/clock", json={"now": "2026-01-08T00:00:00Z"}).raise_for_status()
    arrived = control.get(f"/patients/{ana}").json()["visits"][0]["outcome"] == "arrived"
    assert left() == ("16" if arrived else "17")


def test_coverage_is_judged_on_the_day_that_is_asked_for(
    box: Running, control: httpx.Client
) -> None:
    terms = {"begins": "2025-01-01", "ends": "2026-01-31"}
    ana = control.post("/patients", json={"insurance": terms}).json()["id"]
    one = control.get(f"/insurances/{ana}").json()
    assert found(_ask(box, one, on="20260131"), "EB", "1", "", "30")
    ended = _ask(box, one, on="20260201")
    assert (found(ended, "EB", "6"), found(ended, "EB", "1")) != ([], [])
    assert found(ended, "EB", "1") == []
    assert found(ended, "DTP", "357") == [["DTP", "357", "D8", "20260131"]]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"member_id": "M000000000"}, "75"),
        ({"payer": "91002"}, "75"),
        ({"payer": "77777"}, "79"),
        ({"last": "SOMEBODY"}, "73"),
        ({"born": "19800102"}, "71"),
    ],
)
def test_whoever_is_not_found_is_rejected_with_the_reason(
    town: Running, changed: dict[str, str], code: str
) -> None:
    _make(town, member_id="M123")
    asked = {"member_id": "M123", "payer": "91001", "service_type": "PT"} | changed
    answer = form(town, x270(asked.pop("member_id"), **asked)).text
    if code == "79":
        assert "not set up" in answer
    else:
        assert [row[3] for row in found(answer, "AAA")] == [code]
    assert found(form(town, x270("M123", payer="91001")).text, "EB", "1")


def test_a_dependent_is_found_below_the_subscriber(town: Running) -> None:
    _make(town, member_id="S7", payer_id="91002", holder_first_name="Robin")
    child = form(town, x270("S7", payer="91002", holder="ROBIN")).text
    assert found(child, "NM1", "03")[0][3:5] == ["EXAMPLE", "ANA"]
    assert found(child, "EB", "1")
    alone = form(town, x270("S7", payer="91002")).text
    assert found(alone, "AAA")[0][3] == "73"
    missing = form(town, x270("S7", payer="91002", holder="ROBIN", first="BO")).text
    assert found(missing, "AAA")[0][3] == "77"


def test_medicaid_needs_no_number_and_takes_no_gender(town: Running) -> None:
    _make(town, member_id="D9", payer_id="91006", visit_limit=24)
    assert found(form(town, x270("", payer="91006", service_type="AE")).text, "EB", "1", "", "AE")
    gendered = x270("D9", payer="91006").replace("19800101~", "19800101*F~")
    assert found(form(town, gendered).text, "AAA")[0][3] == "33"
    assert eligible(town, "D9", payer_id="91006").text.startswith("ISA")


def test_the_practice_system_shows_the_card_and_the_payers_truth_may_differ(
    town: Running, insured: list[dict[str, Any]]
) -> None:
    slips = [one for one in insured if one["card"]["member_id"] != one["policy"]["member_id"]]
    ended = [one for one in insured if one["policy"]["ends"]]
    assert len(slips) >= 1
    assert any(date.fromisoformat(one["policy"]["ends"]) < date(2026, 1, 5) for one in ended)
    auth = ("MS0xLXNhbmRib3g-au1", "")
    agent = {"User-Agent": "ptclinic (dev@example.com)"}
    own = insured[0]["patient_id"]
    row = CLIENT.get(f"{town.cliniko}/patients/{own}", auth=auth, headers=agent).json()
    (section,) = row["custom_fields"]["sections"]
    shown = {one["name"]: one["value"] for one in section["fields"]}
    card = insured[0]["card"]
    assert (section["name"], shown["Member ID"]) == ("Insurance", card["member_id"])
    assert shown["Payer"] == card["payer_name"]


def test_a_new_card_and_an_authorisation_are_written_down(
    box: Running, control: httpx.Client, cliniko: httpx.Client
) -> None:
    terms = {"payer_id": "91003", "needs_authorization": True}
    ana = control.post("/patients", json={"insurance": terms}).json()["id"]
    granted = control.post(f"/insurances/{ana}/authorizations", json={"visits": 8}).json()
    number = granted["card"]["authorization"]["number"]
    assert granted["policy"]["authorizations"][0]["visits"] == 8
    row = cliniko.get(f"/patients/{ana}").json()
    shown = {one["name"]: one["value"] for one in row["custom_fields"]["sections"][0]["fields"]}
    assert (shown["Authorization number"], shown["Authorized visits"]) == (number, "8")
    control.post("/clock", json={"now": "2026-01-06T00:00:00Z"}).raise_for_status()
    control.post(f"/insurances/{ana}", json={"payer_id": "91004"}).raise_for_status()
    assert control.post(f"/insurances/{ana}/card").json()["card"]["payer_id"] == "91004"
    assert cliniko.get(f"/patients/{ana}").json()["updated_at"] == "2026-01-06T00:00:00Z"


def test_reports_hold_what_was_done_and_what_the_cards_say(town: Running) -> None:
    def report(name: str) -> list[dict[str, str]]:
        text = CLIENT.get(f"{town.control}/reports/{name}.csv").raise_for_status().text
        return list(csv.DictReader(io.StringIO(text)))

    charges, cards = report("charges"), report("insurance")
    arrived = CLIENT.get(f"{town.control}/visits").json()
    visits = {one["id"] for one in arrived if one["outcome"] == "arrived"}
    assert {row["appointment_id"] for row in charges} == visits
    assert all(row["cpt_code"].startswith("97") and row["icd10_1"] for row in charges)
    assert all(is_npi(row["therapist_npi"]) and is_npi(row["referring_npi"]) for row in charges)
    assert 0 < sum(not row["address"] for row in charges) < 0.15 * len(charges)
    without = [row for row in charges if row["modifier_1"] != "GP"]
    assert 0 < len(without) < 0.1 * len(charges)
    assert {row["relationship"] for row in cards} == {"self", "child"}
    assert report("authorizations")[0]["auth_number"]
