"""Real answers mean what people read in them; `X12_SAMPLES=FOLDER` says where they are.

`golden.json` there holds readings by hand; READINGS those of every other answer, by the eye of
whoever wrote the rules. `-` is not said, `~` worked out or said of another service.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.x12.benefit_271 import read_answers
from data_contracts.benefit import Answer
from data_contracts.coverage import CoverageSummary, Meters, Network, Stated
from rules.coverage import summarize
from rules.coverage_dates import day_asked
from tests.contract.x12.samples import FOLDER, content, is_named
from tests.contract.x12.trizetto_xml import as_x12
from tests.spec.benefit_rows import shown
from tests.spec.table import each_row

pytestmark = is_named
_TRIZETTO = "GoodMeasuresLLC+trizetto-api/spec/fixtures/files/api/eligibility/web_service"
_PLACES = {
    "tigershark": "jdavisp3+TigerShark/tests",
    "trizetto": _TRIZETTO,
    "bcbs": f"{_TRIZETTO}/bcbs-ma",
    "linuxforhealth": "LinuxForHealth+x12/src/tests/resources/271_005010X279A1",
    "demo": "LinuxForHealth+x12/demo-file",
    "imsweb": "imsweb+x12-parser/src/test/resources/x270_271",
    "mjkubba": "mjkubba+edi/demo",
}
_NETWORKS = {"IN": Network.IN, "OUT": Network.OUT, "network_blank": Network.IN}


def answers(name: str) -> tuple[Answer, ...]:
    """A file's answers; TriZetto's XML is turned into X12 first."""
    raw = content(name)
    if name.endswith(".xml"):
        converted = as_x12(raw)
        return read_answers(converted) if converted else ()
    return read_answers(raw)


def meaning(name: str, network: Network = Network.NOT_STATED) -> CoverageSummary:
    """What the rules say of a file's one answer, on the day that it is for."""
    (answer,) = answers(name)
    day = day_asked(answer)
    assert day
    return summarize(answer, day, network)


def golden() -> list[dict[str, Any]]:
    """The readings by hand that are about coverage."""
    path = FOLDER / "golden.json" if FOLDER else Path("none")
    if not path.exists():
        return []
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [one for one in cases if "status" in one]


@pytest.mark.parametrize("case", golden(), ids=lambda case: case["file"].split("/")[-1])
def test_every_reading_by_hand_is_met(case: dict[str, Any]) -> None:
    found = meaning(case["file"])
    assert found.status == case["status"]
    if "plan" in case:
        assert found.plan == case["plan"]
    if "other_payer" in case:
        assert [one.name for one in found.other_payers] == [case["other_payer"]]
    for network, said in case.get("stc30", {}).items():
        if network in _NETWORKS:
            _meters_are(meaning(case["file"], _NETWORKS[network]), said)
    if "aaa" in case:
        assert [[_first(one), one.code, one.follow_up] for one in found.rejections] == case["aaa"]
        assert {one.action for one in found.rejections} == {case["action"]}
    for part in ("stc_AE", "pt"):
        _therapy_is(case["file"], case.get(part, {}))


def _first(refusal: Any) -> str:
    """AAA01 of the segment that a refusal names."""
    segment: str = refusal.source.segment
    return segment.split(segment[3])[1]


def _meters_are(found: CoverageSummary, said: dict[str, Any]) -> None:
    for kind, meters in (("deductible", found.deductible), ("oop", found.out_of_pocket)):
        for level, (total, left) in said.get(kind, {}).items():
            meter = meters.individual if level == "IND" else meters.family
            assert _is(meter.total, total), (kind, level)
            assert _is(meter.remaining, left), (kind, level)


def _therapy_is(name: str, said: dict[str, Any]) -> None:
    if said.get("active"):
        assert meaning(name).pt_covered is True
    if said.get("OUT") == "not covered":
        assert meaning(name, Network.OUT).pt_covered is False
    found, terms = meaning(name, Network.IN), said.get("IN", {})
    for field in ("copay", "coinsurance"):
        if field in terms:
            assert _is(getattr(found, field), terms[field])
    if "deductible" in terms:
        assert _is(found.deductible.individual.total, terms["deductible"])
    if "auth" in terms:
        assert found.authorization == {"N": "not_required", "Y": "required"}[terms["auth"]]
    if visits := said.get("visits"):
        assert _is(found.visits.limit, visits["limit"])
        assert _is(found.visits.remaining, visits["remaining"])
        assert list(found.visits.pool) == visits["shared_with"]


def _is(figure: Stated[Decimal] | None, value: float) -> bool:
    """Said once, by the payer, and the same."""
    if figure is None or figure.is_ambiguous or figure.is_estimated:
        return False
    return figure.low == Decimal(str(value))


READINGS = """
    file                                          | status   | therapy | copay  | share   | auth
    tigershark/271-dependent-benefits.txt         | active   | -       | -      | -       | possibly
    tigershark/271-example-2.txt                  | active   | yes     | 0      | 0.2     | unknown
    tigershark/271-example.txt                    | rejected | -       | -      | -       | unknown
    tigershark/271-related-entity.txt             | active   | -       | -      | -       | unknown
    tigershark/5010-271-example-1.txt             | active   | -       | -      | ~0.1    | possibly
    linuxforhealth/dependent-health-benefit-check.271 | active | - | ~10 | - | unknown
    linuxforhealth/subscriber-health-benefit-check-error.271 | rejected | - | - | - | unknown
    demo/demo.271                                 | active   | -       | ~10    | -       | unknown
    imsweb/x271.txt                               | active   | -       | -      | -       | unknown
    mjkubba/edi271-demo-005010X279.edi            | active   | -       | ~10    | -       | unknown
    trizetto/aetna/inactive-1.xml                 | inactive | -       | -      | -       | unknown
    trizetto/aetna/patient_is_subscriber.xml      | active   | -       | ~0..40 | ~0..0.2 | possibly
    trizetto/aetna/rejection-1.xml                | rejected | -       | -      | -       | unknown
    trizetto/aetna/rejection-invalid-npi-1.xml    | rejected | -       | -      | -       | unknown
    trizetto/aetna/rejection-invalid-npi-2.xml    | rejected | -       | -      | -       | unknown
    bcbs/patient_is_depedent_and_has_medicare.xml | active   | -       | ~30    | ~0      | unknown
    bcbs/patient_is_dependent.xml                 | active   | -       | -      | ~0.15   | unknown
    bcbs/patient_is_subscriber_and_has_medicare.xml | active | - | ~30 | ~0 | unknown
    bcbs/rejection-1.xml                          | rejected | -       | -      | -       | unknown
    bcbs/rejection-2.xml                          | rejected | -       | -      | -       | unknown
    bcbs/rejection-invalid-npi.xml                | rejected | -       | -      | -       | unknown
    trizetto/boston-medical-center/rejection-1.xml | rejected | -       | -      | -       | unknown
    trizetto/boston-medical-center/rejection-2.xml | rejected | -       | -      | -       | unknown
    trizetto/hphc/inactive-1.xml                  | inactive | -       | -      | -       | unknown
    trizetto/hphc/patient_is_subscriber.xml | active | yes | 30 | 0 | not_required
    trizetto/hphc/rejection-1.xml                 | rejected | -       | -      | -       | unknown
    trizetto/hphc/rejection-invalid-npi.xml       | rejected | -       | -      | -       | unknown
    trizetto/hphc/unable-to-response-1.xml        | rejected | -       | -      | -       | unknown
    trizetto/massachusetts-medicade/rejection-1.xml | rejected | - | - | - | unknown
    trizetto/massachusetts-medicade/rejection-2.xml | rejected | - | - | - | unknown
    trizetto/medicare/patient_is_subscriber.xml   | active   | -       | -      | ~0      | unknown
    trizetto/medicare/rejection-1.xml             | rejected | -       | -      | -       | unknown
    trizetto/medicare/rejection-2.xml             | rejected | -       | -      | -       | unknown
    trizetto/soap-responses/success-1.xml         | rejected | -       | -      | -       | unknown
    trizetto/tufts-health-plan/inactive-1.xml     | inactive | -       | -      | -       | unknown
    trizetto/tufts-health-plan/patient_is_subscriber.xml | active | - | ~50 | ~0 | unknown
    trizetto/tufts-health-plan/rejection-1.xml    | rejected | -       | -      | -       | unknown
    trizetto/tufts-health-plan/rejection-2.xml    | rejected | -       | -      | -       | unknown
"""

METERS = """
    file                              | deductible          | out of pocket                | visits
    tigershark/271-dependent-benefits.txt | 78.8/200 186.89/600 | -/- -/-                      | -/-
    tigershark/271-example-2.txt      | 0/118 236/236       | 0/1500 0/3000                | -/-
    tigershark/271-related-entity.txt | -/- -/-             | 460/500 870..1370/1000..1500 | -/-
    tigershark/5010-271-example-1.txt | -/- -/-             | ~2100/~2100 -/-              | 35/35
    trizetto/aetna/patient_is_subscriber.xml | 500/500 -/- | 3000/3000 -/- | 60/60
    bcbs/patient_is_depedent_and_has_medicare.xml | -/- 4000/4000 | -/- 13097.6/13100 | -/-
    bcbs/patient_is_dependent.xml     | -/- 3000/3000       | 4000/4000 6000/6000          | -/-
    trizetto/hphc/patient_is_subscriber.xml | 0/0 -/- | 3000/3000 -/- | 40/40
    trizetto/medicare/patient_is_subscriber.xml | 0/0 -/- | -/- -/- | -/-
    trizetto/tufts-health-plan/patient_is_subscriber.xml | 2500/2500 -/- | -/- -/- | -/-
"""
_COVERED = {True: "yes", False: "no", None: "-"}


def path(short: str) -> str:
    place, _, rest = short.partition("/")
    return f"{_PLACES[place]}/{rest}"


def here(short: str) -> CoverageSummary:
    """The meaning of a file of the readings; skipped where the folder has it not."""
    name = path(short)
    if FOLDER is None or not (FOLDER / name).exists():
        pytest.skip("the folder does not hold it")
    return meaning(name)


@each_row(READINGS)
def test_a_real_answer_means_what_a_person_reads(
    file: str, status: str, therapy: str, copay: str, share: str, auth: str
) -> None:
    found = here(file)
    assert (found.status, _COVERED[found.pt_covered]) == (status, therapy)
    assert (shown(found.copay), shown(found.coinsurance)) == (copay, share)
    assert found.authorization == auth


@each_row(METERS)
def test_a_real_answers_meters_are_what_a_person_reads(
    file: str, deductible: str, out_of_pocket: str, visits: str
) -> None:
    found = here(file)
    assert _both(found.deductible) == deductible
    assert _both(found.out_of_pocket) == out_of_pocket
    assert f"{shown(found.visits.remaining)}/{shown(found.visits.limit)}" == visits


def _both(meters: Meters) -> str:
    return " ".join(f"{shown(one.remaining)}/{shown(one.total)}" for one in meters)


def test_a_real_limit_of_another_service_is_not_therapys() -> None:
    name = path("trizetto/boston-medical-center/patient-is-dependent-1.xml")
    if FOLDER is None or not (FOLDER / name).exists():
        pytest.skip("the folder does not hold it")
    found = summarize(answers(name)[0], date(2018, 2, 5))
    assert found.status == "active"
    assert (found.copay, found.visits.limit) == (None, None)  # both are chiropractic's alone
    assert shown(found.out_of_pocket.individual.remaining) == "~0..750"


def test_a_real_beneficiary_may_not_be_charged_and_has_another_plan() -> None:
    found = here("trizetto/medicare/patient_is_subscriber.xml")
    assert found.is_qmb
    assert [one.role for one in found.other_payers] == ["PRP"]
