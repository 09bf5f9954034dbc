"""Claims that we write are taken by the pretend hub, and its denials mean what caused them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.x12.acknowledgement import read_group_verdicts, read_interchange_verdicts
from connectors.x12.claim_837 import Submitter, build_claims
from connectors.x12.claim_status_277 import read_status_reports
from connectors.x12.outgoing import Envelope
from connectors.x12.remittance_835 import read_remittances
from data_contracts.acknowledgement import Verdict
from data_contracts.claim import BillingProvider, Claim, Claimant, ClaimLine, PostalAddress
from data_contracts.denial import DenialClass, Preventable
from data_contracts.inquiry import Person
from data_contracts.remittance import Remittance
from rules.denial import judge_claim
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.inquiry import CLIENT

HOME = PostalAddress(street="1 Example St", city="Denver", state="CO", postal_code="80202")
OFFICE = HOME.model_copy(update={"postal_code": "802020001"})
CLINIC = BillingProvider(
    npi="1234567893", name="Northside Physical Therapy", tax_id="123456789", address=OFFICE
)
US = Submitter(CLINIC.name, "CLINIC", "Front Desk", "3035550100", "Sandbox Hub", "SANDBOXHUB")
SENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
COVERAGE, LIMIT = DenialClass.COVERAGE, DenialClass.BENEFIT_LIMIT
LEAVE, CODING = DenialClass.AUTHORIZATION, DenialClass.CODING
CAUSES: dict[str, tuple[dict[str, Any], dict[str, Any], DenialClass | None]] = {
    # control  what the payer knows                 what the claim says         what it is to us
    "GOOD": ({}, {}, None),
    "OWES": ({"deductible": 500}, {}, None),
    "ENDED": ({"ends": "2025-12-31"}, {}, COVERAGE),
    "EARLY": ({"begins": "2026-01-05"}, {}, COVERAGE),
    "FULL": ({"visit_limit": 5, "visits_elsewhere": 5}, {}, LIMIT),
    "NOAUTH": ({"needs_authorization": True}, {}, LEAVE),
    "BADAUTH": ({"needs_authorization": True}, {"authorization_number": "X9"}, LEAVE),
    "NOGP": ({}, {"modifiers": ()}, CODING),
    "LATE": ({}, {"service_on": date(2025, 5, 1)}, DenialClass.TIMELINESS),
}
PREVENTABLE = {COVERAGE, LIMIT, LEAVE}


@pytest.fixture(scope="module")
def box() -> Iterator[Running]:
    with serve(Settings(patients=1, history_days=1, rate_limit=0)) as running:
        for name, (known, _, _) in CAUSES.items():
            insurance = {"member_id": f"ID{name}", "payer_id": "91001"} | known
            made = {"first_name": "Ana", "last_name": "Example", "insurance": insurance}
            CLIENT.post(f"{running.control}/patients", json=made).raise_for_status()
        yield running


def _claim(name: str, said: dict[str, Any]) -> Claim:
    who = Person(
        first_name="Ana",
        last_name="Example",
        birth_date=date(1980, 1, 1),
        member_id=f"ID{name}",
    )
    line = ClaimLine(
        control=f"{name}L1",
        procedure="97110",
        modifiers=said.get("modifiers", ("GP",)),
        charge=Decimal(80),
        units=Decimal(2),
        service_on=said.get("service_on", date(2026, 1, 2)),
    )
    return Claim(
        control=name,
        billing=CLINIC,
        payer_id="91001",
        payer_name="Meridian Mutual",
        place_of_service="11",
        subscriber=Claimant(person=who, gender="F", address=HOME),
        diagnoses=("M545",),
        authorization_number=said.get("authorization_number"),
        lines=(line,),
    )


def _drop(box: Running, name: str, content: bytes) -> None:
    CLIENT.post(f"{box.address['claims']}/in/{name}", content=content, auth=_auth(box))


def _auth(box: Running) -> tuple[str, str]:
    settings = box.world.settings
    return settings.clearinghouse_user, settings.clearinghouse_password


def _got(box: Running, kind: str) -> list[bytes]:
    where = f"{box.address['claims']}/out"
    names = [one["name"] for one in CLIENT.get(where, auth=_auth(box)).json()]
    return [
        CLIENT.get(f"{where}/{name}", auth=_auth(box)).content
        for name in names
        if name.endswith(kind)
    ]


@pytest.fixture(scope="module")
def paid(box: Running) -> list[Remittance]:
    """What comes back of one file with a claim for each cause."""
    claims = [_claim(name, said) for name, (_, said, _) in CAUSES.items()]
    content = build_claims(claims, US, Envelope("CLINIC", "SANDBOXHUB", 1, True), "BATCH1", SENT)
    _drop(box, "first.837", content)
    _drop(box, "again.837", content)
    asked = {"now": "2026-02-10T00:00:00Z"}
    CLIENT.post(f"{box.control}/clock", json=asked).raise_for_status()
    return [one for raw in _got(box, "835") for one in read_remittances(raw)]


def test_our_file_is_taken_once(box: Running, paid: list[Remittance]) -> None:
    (taken,) = (one for raw in _got(box, "999") for one in read_group_verdicts(raw))
    assert taken.verdict is Verdict.ACCEPTED
    (again,) = (one for raw in _got(box, "ta1") for one in read_interchange_verdicts(raw))
    assert again.verdict is Verdict.REJECTED
    (report,) = (one for raw in _got(box, "277ca") for one in read_status_reports(raw))
    assert report.batch == "BATCH1"
    assert {one.control: one.statuses[0].category for one in report.claims} == dict.fromkeys(
        CAUSES, "A2"
    )


def test_every_payment_adds_up(paid: list[Remittance]) -> None:
    assert [one.warnings for one in paid] == [()]
    assert {one.control for remittance in paid for one in remittance.claims} == set(CAUSES)


def test_a_denial_is_sorted_by_what_caused_it(paid: list[Remittance]) -> None:
    found = {one.control: judge_claim(one) for remittance in paid for one in remittance.claims}
    said = {name: one.denial.denial_class if one.denial else None for name, one in found.items()}
    assert said == {name: meant for name, (_, _, meant) in CAUSES.items()}
    denials = {name: one.denial for name, one in found.items() if one.denial}
    preventable = {n for n, one in denials.items() if one.preventable is not Preventable.NO}
    assert preventable == {name for name, (_, _, meant) in CAUSES.items() if meant in PREVENTABLE}


def test_what_the_patient_owes_is_no_denial(paid: list[Remittance]) -> None:
    owed = next(one for remittance in paid for one in remittance.claims if one.control == "OWES")
    assert (owed.paid, owed.patient_share) == (0, Decimal("49.6"))
    assert not judge_claim(owed).is_denied
