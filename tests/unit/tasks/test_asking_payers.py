"""A clinic's clearinghouse is built behind its gates; where one is closed, nothing is asked."""

from typing import Any

import pytest

from data_contracts.errors import GateClosed, SecretMissing
from data_contracts.settings import Settings
from deployments.doctor import agreement, insurance
from deployments.doctor import vendor as doctor
from deployments.doctor.check import Case
from tasks import wiring
from tests.cast import NOW, clinic
from tests.unit.connectors.clearinghouse.answers import X12
from tests.unit.connectors.clearinghouse.settings import HOUSES, PAYERS, inquiry
from tests.unit.connectors.odd_vendor import Vendor, reply, running_vendor

SECRETS = ("HOUSE_KEY", "HOUSE_USER", "HOUSE_PASSWORD", "HOUSE_ACCOUNT")


@pytest.fixture
def house():
    with running_vendor() as one:
        yield one


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "a secret")


def _clinic(name: str, url: str, **more: Any) -> Any:
    part = HOUSES[name] | {"base_url": url}
    signed = [{"vendor": part["vendor"], "signed_on": "2025-01-01"}]
    asked = {
        "clearinghouse": part,
        "asker": {"npi": "1999999984", "organization": "Northside PT"},
        "originator": "9NORTHSIDE",
        "payers": PAYERS,
    }
    return clinic(**({"insurance": asked, "agreements": signed} | more))


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("name", HOUSES)
def test_without_an_agreement_no_vendor_hears_anything(house: Vendor, name: str) -> None:
    with pytest.raises(GateClosed, match="no active business-associate agreement"):
        wiring.clearinghouse(_clinic(name, house.base_url, agreements=[]), Settings())
    assert house.seen == []


@pytest.mark.usefixtures("secrets")
def test_with_delivery_off_no_payer_is_asked(house: Vendor) -> None:
    for name in HOUSES:
        with pytest.raises(GateClosed, match="delivery is off"):
            wiring.clearinghouse(_clinic(name, house.base_url, delivery="off"), Settings())
    assert house.seen == []


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("name", HOUSES)
def test_in_a_sandbox_nothing_goes_beyond_this_machine(name: str) -> None:
    far = _clinic(name, "https://clearinghouse.example.com")
    with pytest.raises(GateClosed, match="delivery is sandbox"):
        wiring.clearinghouse(far, Settings())


def test_a_secret_that_is_not_there_is_named(house: Vendor) -> None:
    with pytest.raises(SecretMissing, match="HOUSE_USER"):
        wiring.clearinghouse(_clinic("trizetto", house.base_url), Settings())


def test_a_clinic_that_names_no_payers_is_told_so() -> None:
    with pytest.raises(GateClosed, match="no `insurance`"):
        wiring.clearinghouse(clinic(), Settings())


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(("delivery", "test"), [("sandbox", "true"), ("live", "false")])
def test_only_live_asks_for_real(house: Vendor, delivery: str, test: str) -> None:
    house.answers = [reply(200, X12)]
    asks = wiring.clearinghouse(
        _clinic("eligible", house.base_url, delivery=delivery), Settings(), is_urgent=True
    )
    assert asks.inquire(inquiry()).raw == X12
    assert f"test={test}&" in house.seen[0][1]
    asks.close()


@pytest.mark.usefixtures("secrets")
def test_the_doctor_finds_the_house_and_asks_about_nobody(house: Vendor) -> None:
    house.answers = [reply(404, b"")]
    case = Case(_clinic("trizetto", house.base_url, delivery="off"), Settings(), NOW)
    (check,) = [one for one in doctor.examine(case) if one.subject == "clearinghouse"]
    assert (check.name, check.is_well) == ("trizetto reachable", True)
    assert [
        (method, body) for (method, _, _), body in zip(house.seen, house.bodies, strict=True)
    ] == [("GET", b"")]


def test_the_doctor_wants_an_agreement_with_the_house(house: Vendor) -> None:
    case = Case(_clinic("trizetto", house.base_url, agreements=[]), Settings(), NOW)
    named = {one.name: one.is_well for one in agreement.examine(case)}
    assert named["trizetto"] is False


def test_the_doctor_names_what_would_go_wrong_with_a_payer(house: Vendor) -> None:
    case = Case(_clinic("trizetto", house.base_url), Settings(), NOW)
    (check,) = insurance.examine(case)
    assert (check.name, check.is_well) == ("insurance.payers.medicare", False)
    assert "Enrol" in check.advice
    assert list(insurance.examine(Case(clinic(), Settings(), NOW))) == []
