"""Claims get a 999, a 277CA and, days later, an 835 whose denials follow from what is true."""

import io
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from sandbox.server import Running, serve
from tests.contract.x12.other_readers import is_exact
from tests.sandbox.claim import EVALUATION, EXERCISE, x837
from tests.sandbox.conftest import EMPTY
from tests.sandbox.inquiry import CLIENT, found, rows

PAID = "2026-02-10T00:00:00Z"
LATER = "2026-04-10T00:00:00Z"
ENDS = ("SVC", "CLP", "SE", "PLB")


class Drop:
    """A clinic's side of the claims' drop."""

    def __init__(self, box: Running, control: httpx.Client) -> None:
        settings = box.world.settings
        auth = (settings.clearinghouse_user, settings.clearinghouse_password)
        self.http = httpx.Client(base_url=box.address["claims"], auth=auth, trust_env=False)
        self.control, self._sent = control, 0

    def send(self, *claims: dict[str, Any], **whole: int) -> str:
        """Drop one file; returns its 999 or TA1."""
        self._sent += 1
        name = f"claims-{self._sent}.837"
        text = x837(*claims, **{"control": self._sent} | whole)
        self.http.post(f"/in/{name}", content=text).raise_for_status()
        return self.files("999", name)[0] if self.files("999", name) else self.files("ta1", name)[0]

    def files(self, kind: str, name: str = "") -> list[str]:
        """The answers of a kind that can be fetched by now."""
        names = [one["name"] for one in self.http.get("/out").json()]
        wanted = [one for one in names if one.endswith(kind) and one.startswith(name)]
        return [self.http.get(f"/out/{one}").text for one in wanted]

    def at(self, now: str) -> None:
        """Move the clock."""
        self.control.post("/clock", json={"now": now}).raise_for_status()


@pytest.fixture
def box() -> Iterator[Running]:
    """A clinic of nobody but whom a test makes."""
    with serve(EMPTY) as running:
        yield running


@pytest.fixture
def drop(box: Running, control: httpx.Client) -> Iterator[Drop]:
    one = Drop(box, control)
    yield one
    one.http.close()


def _patient(control: httpx.Client, member_id: str, **terms: Any) -> str:
    """Somebody named as the claims name them, insured on these terms; the patient's id."""
    insurance = {"member_id": member_id} | terms
    asked = {"first_name": "Ana", "last_name": "Example", "insurance": insurance}
    return str(control.post("/patients", json=asked).raise_for_status().json()["id"])


def _denials(remittance: str) -> dict[str, list[list[str]]]:
    """By claim: the CAS rows below it, without the contract's and the patient's own."""
    told: dict[str, list[list[str]]] = {}
    own = ""
    for row in rows(remittance):
        if row[0] == "CLP":
            own = row[1]
            told[own] = []
        elif row[0] == "CAS" and row[2] not in ("45", "1", "2", "3"):
            told[own].append(row[1:])
    return told


def _assert_balanced(remittance: str) -> None:
    """Charges less adjustments are payments: of each line, each claim, and the whole."""
    lines = rows(remittance)
    total = sum(Decimal(row[4]) for row in lines if row[0] == "CLP")
    forwarded = sum(Decimal(row[4]) for row in lines if row[0] == "PLB")
    (bpr,) = (row for row in lines if row[0] == "BPR")
    assert Decimal(bpr[2]) == total - forwarded >= 0
    for i, row in enumerate(lines):
        if row[0] == "SVC":
            following = (j for j, r in enumerate(lines) if j > i and r[0] in ENDS)
            end = next(following)
            taken = sum(Decimal(a) for r in lines[i:end] if r[0] == "CAS" for a in r[3::3])
            assert Decimal(row[2]) - taken == Decimal(row[3]), row


def _assert_true_to_the_guides(text: str, folder: Path) -> None:
    """By the maps of the published guides, as another reader has them."""
    path = folder / "one.x12"
    path.write_text(text)
    assert x12n_document(params(), str(path), io.StringIO(), None, None), text


def test_every_file_holds_against_another_readers_maps(drop: Drop, tmp_path: Path) -> None:
    both = {"control": "A", "lines": (EVALUATION, EXERCISE), "holder": "BO"}
    sent = (both, *({"control": one, "member_id": one} for one in ("AUTHREQ", "NOBODY")))
    _assert_true_to_the_guides(x837(*sent), tmp_path)
    _assert_true_to_the_guides(drop.send(*sent), tmp_path)
    _assert_true_to_the_guides(drop.send({"born": "1980"}), tmp_path)
    drop.at(PAID)
    for one in drop.files("277ca") + drop.files("835"):
        assert is_exact(one.encode())
        _assert_true_to_the_guides(one, tmp_path)


def test_a_good_claim_is_accepted_twice_and_paid_in_days(drop: Drop) -> None:
    accepted = drop.send({"control": "C77", "lines": (EVALUATION, EXERCISE)})
    assert (found(accepted, "IK5"), found(accepted, "AK9")[0][1]) == ([["IK5", "A"]], "A")
    assert drop.files("277ca") == []
    drop.at("2026-01-05T12:00:00Z")
    (status,) = drop.files("277ca")
    assert found(status, "TRN", "2")[-1][2] == "C77"
    assert found(status, "TRN", "2")[0][2] == "REF1"
    assert found(status, "STC")[-1][1] == "A2:20:PR"
    assert drop.files("835") == []
    drop.at(PAID)
    (paid,) = drop.files("835")
    (claim,) = found(paid, "CLP")
    assert claim[1:4] == ["C77", "1", "220"]
    assert claim[7] == found(status, "REF", "1K")[0][2]
    assert [row[1] for row in found(paid, "REF", "6R")] == ["6R", "6R"]
    assert found(paid, "CAS", "PR") == [["CAS", "PR", "3", "30"]]
    _assert_balanced(paid)


@pytest.mark.parametrize(
    ("spoilt", "row"),
    [
        ({"control": ""}, ["IK3", "CLM", "17", "", "8"]),
        ({"lines": (("97110:GP", "1x", "1"),), "charge": "1"}, ["IK3", "SV1", "20", "", "8"]),
        ({"born": "1980"}, ["IK3", "DMG", "15", "", "8"]),
    ],
)
def test_a_claim_with_wrong_syntax_is_named_by_the_999_and_goes_no_further(
    drop: Drop, spoilt: dict[str, Any], row: list[str]
) -> None:
    refused = drop.send(spoilt)
    assert found(refused, "IK3")[0] == row
    assert (found(refused, "IK5"), found(refused, "AK9")[0][1]) == ([["IK5", "R", "5"]], "R")
    drop.at("2026-01-05T12:00:00Z")
    assert drop.files("277ca") == []


def test_the_same_interchange_is_not_taken_twice(drop: Drop) -> None:
    drop.send({}, control=5)
    assert found(drop.send({}, control=5), "TA1")[0][4:] == ["R", "025"]
    assert len(drop.control.get("/claims").json()) == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"payer": "00000"}, "A3:153:PR"),
        ({"member_id": "NOBODY"}, "A7:164:IL"),
        ({"payer": "91002", "member_id": "M1"}, "A7:164:IL"),
        ({"payer": "91001", "member_id": "M1", "last": "OTHER"}, "A7:125:QC"),
        ({"payer": "91001", "member_id": "M1", "born": "19800102"}, "A7:158:QC"),
        ({"diagnosis": "54"}, "A7:255"),
        ({"on": "20260201"}, "A7:187"),
        ({"charge": "99"}, "A7:178"),
        ({"frequency": "7", "replaces": "NONE"}, "A7:464"),
        ({"payer": "91001", "member_id": "M1"}, "A2:20:PR"),
    ],
)
def test_a_claim_that_cannot_be_judged_is_refused_by_the_277ca(
    town: Drop, changed: dict[str, Any], status: str
) -> None:
    control = f"R{status.replace(':', '')}{len(changed)}{changed.get('payer', '')}"
    town.send({"control": control} | changed)
    told = {one["control"]: one["status"] for one in town.control.get("/claims").json()}
    assert told[control] == status


@pytest.fixture(scope="module")
def town() -> Iterator[Drop]:
    """A clinic whose clock stands; its tests send claims of their own."""
    with serve(EMPTY) as running, httpx.Client(base_url=running.control, trust_env=False) as door:
        _patient(door, "M1", payer_id="91001")
        one = Drop(running, door)
        yield one
        one.http.close()


def test_each_denial_has_its_cause_in_the_policy_or_in_the_claim(
    drop: Drop, control: httpx.Client
) -> None:
    _patient(control, "ENDED", payer_id="91001", ends="2025-12-31")
    _patient(control, "SOON", payer_id="91001", begins="2026-02-01")
    _patient(control, "LIMIT", payer_id="91001", visit_limit=3, visits_elsewhere=2)
    needy = _patient(control, "NEEDY", payer_id="91003", needs_authorization=True)
    path = f"/insurances/{needy}/authorizations"
    granted = control.post(path, json={"visits": 1, "begins": "2026-01-01"}).json()
    number = granted["card"]["authorization"]["number"]
    mine, both = {"member_id": "ENDED", "payer": "91001"}, {"member_id": "NEEDY", "payer": "91003"}
    full = {"member_id": "LIMIT", "payer": "91001"}
    pair = (("97140:GP", "60", "1"), ("97530:GP", "70", "1"))
    apart = (pair[0], ("97530:GP:59", "70", "1"))
    drop.at("2026-01-08T00:00:00Z")
    drop.send(
        {"control": "END", **mine},
        {"control": "SOON", "member_id": "SOON", "payer": "91001"},
        {"control": "FIRST", **full},
        {"control": "OVER", **full, "on": "20260106"},
        {"control": "NONE", **both},
        {"control": "WRONG", **both, "authorization": "X1"},
        {"control": "RIGHT", **both, "authorization": number},
        {"control": "MORE", **both, "authorization": number, "on": "20260106"},
        {"control": "NOGP", "lines": (("97110", "80", "1"),)},
        {"control": "PAIR", "on": "20260106", "lines": pair},
        {"control": "APART", "on": "20260107", "lines": apart},
        {"control": "OLD", "on": "20250601"},
        {"control": "TWICE"},
        {"control": "TWICE2"},
    )
    drop.at(PAID)
    told: dict[str, list[list[str]]] = {}
    for one in drop.files("835"):
        _assert_balanced(one)
        told |= _denials(one)
    assert {control: [row[:2] for row in denied] for control, denied in told.items()} == {
        "END": [["PR", "27"]],
        "SOON": [["PR", "26"]],
        "FIRST": [],
        "OVER": [["PR", "119"]],
        "NONE": [["CO", "197"]],
        "WRONG": [["CO", "15"]],
        "RIGHT": [],
        "MORE": [["CO", "198"]],
        "NOGP": [["CO", "4"]],
        "PAIR": [["CO", "97"]],
        "APART": [],
        "OLD": [["CO", "29"]],
        "TWICE": [],
        "TWICE2": [["OA", "18"]],
    }


def test_the_deductible_comes_first_and_falls(drop: Drop, control: httpx.Client) -> None:
    _patient(control, "D1", payer_id="91001", deductible=100, deductible_met=60, copay=20)
    mine = {"member_id": "D1", "payer": "91001", "lines": (("97110:GP", "100", "1"),)}
    drop.at("2026-01-08T00:00:00Z")
    drop.send({"control": "A", **mine}, {"control": "B", **mine, "on": "20260106"})
    drop.at(PAID)
    (paid,) = drop.files("835")
    shares = [row[2:] for row in found(paid, "CAS", "PR")]
    assert shares == [["1", "40", "", "3", "20"], ["3", "20"]]
    assert [row[4] for row in found(paid, "CLP")] == ["2", "42"]


def test_a_replacement_takes_the_first_claim_back(drop: Drop, control: httpx.Client) -> None:
    _patient(control, "D1", payer_id="91001", deductible=40, copay=0)
    mine = {"member_id": "D1", "payer": "91001"}
    drop.send({"control": "ONE", **mine})
    drop.at(PAID)
    (first,) = found(drop.files("835")[0], "CLP")
    again = {"control": "TWO", "frequency": "7", "replaces": first[7], **mine}
    drop.send(again | {"lines": (EVALUATION, EXERCISE)})
    drop.at("2026-03-10T00:00:00Z")
    second = drop.files("835")[-1]
    assert [row[1:3] for row in found(second, "CLP")] == [["ONE", "22"], ["TWO", "1"]]
    assert found(second, "CLP")[0][3:5] == ["-80", f"-{first[4]}"]
    owed = [row[2:] for row in found(second, "CAS", "PR")]
    assert owed == [["1", "-40"], ["1", "40"]], "the deductible is owed once"
    _assert_balanced(second)


def test_a_void_takes_back_what_it_names_and_the_service_may_be_claimed_again(drop: Drop) -> None:
    drop.send({"control": "ONE"})
    drop.at(PAID)
    (first,) = found(drop.files("835")[0], "CLP")
    void = {"control": "VOID", "frequency": "8", "replaces": first[7]}
    drop.send(void, {"control": "ANEW"})
    drop.at(LATER)
    last = drop.files("835")[-1]
    assert [row[1:3] for row in found(last, "CLP")] == [["ONE", "22"], ["ANEW", "1"]]
    assert found(last, "CLP")[1][4] == first[4], "it is no duplicate any more"
    told = {one["control"]: one["paid"] for one in drop.control.get("/claims").json()}
    assert told["VOID"] is None


def test_now_and_then_a_payer_corrects_what_it_paid(drop: Drop) -> None:
    drop.send(*({"control": f"N{i}", "on": "20260105", "member_id": f"SLOW{i}"} for i in range(60)))
    drop.at(LATER)
    files = drop.files("835")
    for one in files:
        _assert_balanced(one)
    back = [row for one in files for row in found(one, "CLP") if row[2] == "22"]
    assert 1 <= len(back) <= 8
    again = [row for row in found(files[-1], "CLP") if row[1] == back[-1][1]]
    assert [row[2] for row in again] == ["22", "1"]
    assert Decimal(again[1][4]) < -Decimal(again[0][4])


def test_a_folder_is_swept_and_answered(tmp_path: Path) -> None:
    with serve(replace(EMPTY, claims_folder=str(tmp_path))) as running:
        (tmp_path / "in" / "a.837").write_text(x837({}))
        (tmp_path / "in" / "b.837.part").write_text("ISA")
        swept = CLIENT.post(f"{running.control}/claims/sweep").json()
        assert swept == {"taken": 1, "given": 1}
        CLIENT.post(f"{running.control}/clock", json={"now": PAID}).raise_for_status()
    names = sorted(one.name.split("-")[-1] for one in (tmp_path / "out").iterdir())
    assert [one.split(".")[-1] for one in names] == ["835", "277ca", "999"]
    assert [one.name for one in (tmp_path / "in").iterdir()] == ["b.837.part"]


def test_the_drop_wants_its_password(box: Running) -> None:
    assert CLIENT.get(f"{box.address['claims']}/out").status_code == 401


def test_a_childs_claim_says_where_the_child_lives(town: Drop) -> None:
    child = {"control": "KID", "member_id": "ACTIVE", "holder": "BO"}
    assert found(town.send(child), "IK5") == [["IK5", "A"]]
    nowhere = x837(child, control=900).replace("N3*1 EXAMPLE STREET~N4*DENVER*CO*80202~", "")
    nowhere = nowhere.replace("SE*30*", "SE*28*")
    town.http.post("/in/nowhere.837", content=nowhere).raise_for_status()
    (refused,) = town.files("999", "nowhere")
    assert [row[1] for row in found(refused, "IK3")] == ["N3", "N4"]
