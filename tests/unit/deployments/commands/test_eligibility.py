"""`eligibility read` says what an answer means, keeps nothing and names nobody."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.spec.benefit_rows import HEAD, ISA
from tests.unit.deployments.commands.conftest import Command

Write = Callable[..., Path]
_HEAD = (
    *HEAD,
    "HL*2*1*21*1",
    "NM1*1P*2*OUR CLINIC*****XX*1234567893",
)
_REFUSED_GROUP = (
    "GS*FA*PAYER*CLINIC*20260310*0900*1*X*005010X231A1",
    "ST*999*0001*005010X231A1",
    "AK1*HS*1",
    "AK9*R*1*1*0",
    "SE*4*0001",
    "GE*1*1",
    "IEA*1*000000001",
)
_ANA = ("HL*3*2*22*0", "TRN*2*T1*9CLINIC001", "NM1*IL*1*ROSEN*ANA****MI*M10042", "DMG*D8*19800101")
_BO = ("HL*4*2*22*0", "TRN*2*T2*9CLINIC001", "NM1*IL*1*ROSEN*BO****MI*M10043", "DMG*D8*19820202")
_PLAN = (
    "EB*1*IND*30*PR*MERIDIAN GOLD",
    "DTP*346*D8*20260101",
    "EB*1**PT",
    "EB*B*IND*PT***27*30****N*Y",
    "EB*A*IND*PT***27**.2****Y",
    "EB*C*IND*30***23*500*****Y",
    "EB*C*IND*30***29*118.25*****Y",
    "EB*G*FAM*30***23*3000*****Y",
    "EB*F*IND*AD^PT***23***VS*20",
    "EB*F*IND*AD^PT***29***VS*12",
    "EB*R**30",
    "LS*2120",
    "NM1*PR*2*UNION PLAN",
    "LE*2120",
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an answer's segments into a file."""

    def to_file(*segments: str) -> Path:
        path = tmp_path / "answer.271"
        tail = (f"SE*{len(segments) + len(_HEAD) - 1}*0001", "GE*1*1", "IEA*1*000000001")
        path.write_text("~\n".join((*_HEAD, *segments, *tail)) + "~\n", encoding="utf-8")
        return path

    return to_file


def test_the_document_has_the_promised_shape(write: Write, ptclinic: Command) -> None:
    said = ptclinic("eligibility", "read", write(*_ANA, *_PLAN), "--network", "in", "--json")
    assert said.code == 0, said.err
    found = said.document
    assert found["service_on"] == "2026-03-10"
    assert (found["status"], found["plan"], found["pt_covered"]) == (
        "active",
        "MERIDIAN GOLD",
        True,
    )
    assert (found["copay"], found["coinsurance"]) == (30, 0.2)
    assert found["deductible"] == {
        "individual": {"total": 500, "remaining": 118.25},
        "family": {"total": None, "remaining": None},
    }
    assert found["out_of_pocket"]["family"] == {
        "total": 3000,
        "remaining": {"low": 0, "high": 3000, "estimated": True},
    }
    visits = found["visits"]
    assert (visits["limit"], visits["remaining"], visits["pool"]) == (20, 12, ["AD", "PT"])
    assert (found["authorization"], found["other_payer"]) == ("not_required", "UNION PLAN")
    assert found["rejections"] == []
    assert any("another payer" in note for note in found["notes"])


def test_a_refusal_is_told_with_what_to_do(write: Write, ptclinic: Command) -> None:
    said = ptclinic("eligibility", "read", write(*_ANA, "AAA*N**72*C"), "--json")
    found = said.document
    assert found["status"] == "rejected"
    (one,) = found["rejections"]
    keys = ("code", "follow_up", "loop", "action")
    assert [one[key] for key in keys] == ["72", "C", "subscriber", "fix_data"]


def test_two_amounts_are_a_range(write: Write, ptclinic: Command) -> None:
    rows = ("EB*1**30", "EB*B**PT***27*25", "EB*B**PT***27*50")
    said = ptclinic("eligibility", "read", write(*_ANA, *rows), "--json")
    assert said.document["copay"] == {"low": 25, "high": 50}


def test_the_day_may_be_given(write: Write, ptclinic: Command) -> None:
    path = write(*_ANA, *_PLAN)
    said = ptclinic("eligibility", "read", path, "--service-on", "2025-12-31", "--json")
    assert said.document["status"] == "inactive"


def test_segments_are_shown_to_who_asks(write: Write, ptclinic: Command) -> None:
    path = write(*_ANA, *_PLAN)
    said = ptclinic("eligibility", "read", path, "--sources", "--json")
    assert said.document["sources"]["copay"] == [
        {"position": 14, "segment": "EB*B*IND*PT***27*30****N*Y"}
    ]
    assert "EB*B*IND*PT***27*30****N*Y" in ptclinic("eligibility", "read", path, "--sources").out
    assert "EB*B" not in ptclinic("eligibility", "read", path).out


def test_the_page_is_for_people(write: Write, ptclinic: Command) -> None:
    said = ptclinic("eligibility", "read", write(*_ANA, *_PLAN), "--network", "in")
    for words in ("Coverage on 2026-03-10: active", "USD 118.25 left of USD 500", "20 %"):
        assert words in said.out
    assert "12 left of 20 a calendar year, shared by AD+PT" in said.out


def test_nobody_is_named_and_nothing_is_logged(
    write: Write, ptclinic: Command, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = write(*_ANA, *_PLAN)
    said = [ptclinic("eligibility", "read", path, *more) for more in ((), ("--json", "--sources"))]
    for secret in ("ROSEN", "ANA", "M10042", "19800101"):
        assert not any(secret in one.out + one.err for one in said)
    assert caplog.text == ""


def test_several_patients_are_refused_unless_every_one_is_asked_for(
    write: Write, ptclinic: Command
) -> None:
    path = write(*_ANA, "EB*1**30", *_BO, "EB*6**30")
    said = ptclinic("eligibility", "read", path)
    assert said.code == 1
    assert "speaks of 2 patients; say --all" in said.err
    every = ptclinic("eligibility", "read", path, "--all", "--json")
    assert [one["status"] for one in every.document] == ["active", "inactive"]


def test_several_answers_about_one_patient_are_a_list(write: Write, ptclinic: Command) -> None:
    path = write(*_ANA, "EB*1**30", "SE*14*0001", "ST*271*0002*005010X279A1", *_HEAD[3:], *_ANA,
                 "EB*1**PT")  # fmt: skip
    said = ptclinic("eligibility", "read", path, "--json")
    assert said.code == 0, said.out
    assert [one["pt_covered"] for one in said.document] == [None, True]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<!DOCTYPE html><html><body>Session expired</body></html>", "html"),
        ("~".join(_HEAD)[:60].encode(), "truncated"),
        ("~".join((*_HEAD, *_ANA, "EB*1**30")).encode() + b"~", "truncated"),
        (b'{"error": "no"}', "json"),
        (b"\x00\x01\x02\xff" * 50, "binary"),
        (b"", "empty"),
        (b"~".join((*(one.encode() for one in (ISA, *_REFUSED_GROUP)), b"")), "wrong_kind"),
    ],
    ids=["html", "truncated-isa", "truncated", "json", "binary", "empty", "999"],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_the_reason(
    raw: bytes, words: str, tmp_path: Path, ptclinic: Command
) -> None:
    path = tmp_path / "answer.271"
    path.write_bytes(raw)
    said = ptclinic("eligibility", "read", path)
    assert said.code == 1
    assert f"[{words}]" in said.err
    assert "ROSEN" not in said.err
    assert "Session" not in said.err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, ptclinic: Command) -> None:
    said = ptclinic("eligibility", "read", tmp_path / "none.271")
    assert said.code == 1
    assert "cannot be read" in said.err
