"""A member id decides what the payer says, and what happens to it on the way."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import draftedi
import httpx
import pytest

from sandbox.clearinghouse.scenarios import SCENARIOS
from sandbox.server import Running, serve
from tests.contract.x12.other_readers import by_ansi_x12, by_draftedi, is_exact
from tests.sandbox.conftest import EMPTY
from tests.sandbox.inquiry import TRACE, form, found, rows, stedi, v3, x270


@pytest.fixture
def box() -> Iterator[Running]:
    """A clinic of nobody but whom a test makes."""
    with serve(EMPTY) as running:
        yield running


@pytest.fixture(scope="module")
def shared_box() -> Iterator[Running]:
    """The same, for tests that change nothing."""
    with serve(EMPTY) as running:
        yield running


def _answer(box: Running, member_id: str, **more: str) -> str:
    """The raw answer by the form gateway."""
    return form(box, x270(member_id, **more)).text


def test_every_member_id_stands_in_the_readers_table() -> None:
    page = Path("sandbox/BEHAVIOUR.md").read_text()
    assert [name for name in SCENARIOS if f"`{name}`" not in page] == []


WHOLE = sorted(
    name
    for name, one in SCENARIOS.items()
    if not (one.spoil or one.breaks or one.page or one.status != 200)
)


@pytest.mark.parametrize("member_id", WHOLE)
def test_two_readers_that_know_nothing_of_us_find_no_fault(
    shared_box: Running, member_id: str
) -> None:
    raw = stedi(shared_box, {"x12": x270(member_id)}, "/raw-x12").json()["x12"].encode()
    assert is_exact(raw)
    assert draftedi.validate_edi(raw.decode()).errors == []
    assert by_ansi_x12(raw) == by_draftedi(raw)


def test_the_limit_stands_in_hsd_and_its_remainder_too(shared_box: Running) -> None:
    allowances = found(_answer(shared_box, "HSD"), "HSD")
    assert allowances == [["HSD", "VS", "35", "", "", "21", "1"], ["HSD", "VS", "12", "", "", "29"]]


@pytest.mark.parametrize(
    ("member_id", "loop"), [("AAA80RA", "2100A"), ("AAA43CB", "2100B"), ("AAA58C", "2100C")]
)
def test_a_rejection_stands_in_the_loop_it_is_meant_for(
    shared_box: Running, member_id: str, loop: str
) -> None:
    lines = rows(_answer(shared_box, member_id))
    at = next(i for i, row in enumerate(lines) if row[0] == "AAA")
    levels = [row[3] for row in lines[:at] if row[0] == "HL"]
    assert {"20": "2100A", "21": "2100B", "22": "2100C"}[levels[-1]] == loop
    assert lines[at] == ["AAA", "N", "", member_id[3:5], member_id[5]]
    assert not any(row[0] == "EB" for row in lines)


def test_a_payer_that_cannot_answer_ends_after_its_own_loop(shared_box: Running) -> None:
    assert len(found(_answer(shared_box, "AAA42RA"), "HL")) == 1


def test_a_rejection_stands_before_or_after_the_birth_date(shared_box: Running) -> None:
    def order(member_id: str) -> list[str]:
        return [row[0] for row in rows(_answer(shared_box, member_id)) if row[0] in ("AAA", "DMG")]

    assert order("AAA72C") == ["AAA", "DMG"]
    assert order("AAA72CZ") == ["DMG", "AAA"]


def test_medicare_answers_once_in_a_day(box: Running, control: httpx.Client) -> None:
    assert found(_answer(box, "MEDICARE"), "EB")
    assert found(_answer(box, "MEDICARE"), "AAA") == [["AAA", "Y", "", "E3", "N"]]
    control.post("/clock", json={"now": "2026-01-06T08:00:00Z"}).raise_for_status()
    assert found(_answer(box, "MEDICARE"), "EB")


def test_some_answer_only_the_plan_or_only_today(shared_box: Running) -> None:
    assert found(_answer(shared_box, "STC30ONLY", service_type="PT"), "AAA")[0][3] == "53"
    assert found(_answer(shared_box, "STC30ONLY"), "EB")
    assert found(_answer(shared_box, "TODAYONLY", on="20260301"), "AAA")[0][3] == "62"
    assert found(_answer(shared_box, "TODAYONLY", on="20260105"), "EB")


def test_other_separators_are_told_by_the_isa(shared_box: Running) -> None:
    piped = _answer(shared_box, "PIPES")
    assert (piped[3], piped[82], piped[104], piped[105]) == ("|", "}", "^", "~")
    assert ["EB", "1", "", "PT", *[""] * 7, "N", "Y"] in rows(piped, "|")
    assert _answer(shared_box, "LINES").count("\n") == len(
        _answer(shared_box, "LINES").splitlines()
    )


@pytest.mark.parametrize(
    ("member_id", "start"),
    [
        ("BOM", b"\xef\xbb\xbfISA*"),
        ("BINARY", b"\x00\x01"),
        ("V4010", b"ISA*"),
        ("NOHEAD", b"          *ZZ*CLINIC"),
    ],
)
def test_damaged_answers_begin_as_they_should_not(
    shared_box: Running, member_id: str, start: bytes
) -> None:
    assert form(shared_box, x270(member_id)).content.startswith(start)


def test_an_isa_that_is_cut_or_not_padded_is_shorter_than_it_should_be(shared_box: Running) -> None:
    assert len(_answer(shared_box, "SHORTISA")) == 60
    loose = _answer(shared_box, "UNPADDED")
    assert loose.index("~") < 105
    assert loose[:105].count("*") >= 16


def test_damage_inside_is_where_it_is_said_to_be(shared_box: Running) -> None:
    assert found(_answer(shared_box, "NOGE"), "GE") == []
    assert len(found(_answer(shared_box, "TWO"), "ISA")) == 2
    older = _answer(shared_box, "V4010")
    assert (found(older, "ISA")[0][11:13], found(older, "GS")[0][8]) == (
        ["U", "00401"],
        "004010X092A1",
    )
    lines = rows(_answer(shared_box, "SEWRONG"))
    count = next(int(row[1]) for row in lines if row[0] == "SE")
    assert count == len(lines) - 4 + 3


def test_an_answer_about_somebody_else_says_so(shared_box: Running) -> None:
    for member_id, trace, name in (
        ("OTHER", "99990000OTHER", "STRANGER"),
        ("OTHERNAME", TRACE, "STRANGER"),
        ("OTHERTRACE", "99990000OTHER", "EXAMPLE"),
    ):
        text = _answer(shared_box, member_id)
        assert found(text, "TRN", "2")[0][2] == trace
        assert found(text, "NM1", "IL")[0][3] == name


def test_html_and_statuses_come_in_the_place_of_an_answer(shared_box: Running) -> None:
    page = form(shared_box, x270("HTML200"))
    assert (page.status_code, page.text[:9]) == (200, "<!DOCTYPE")
    plain, later = stedi(shared_box, v3("S429")), stedi(shared_box, v3("S429R7"))
    assert (plain.status_code, plain.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert ("Retry-After" in plain.headers, later.headers["Retry-After"]) == (False, "7")
    assert stedi(shared_box, v3("S503")).status_code == 503


@pytest.mark.parametrize("member_id", ["DROP", "HALF"])
def test_a_line_that_breaks_gives_no_whole_answer(shared_box: Running, member_id: str) -> None:
    with pytest.raises(httpx.TransportError):
        stedi(shared_box, v3(member_id))


def test_a_slow_payer_takes_the_seconds_it_is_given(shared_box: Running) -> None:
    begun = time.monotonic()
    stedi(shared_box, v3("SLOW1"))
    assert time.monotonic() - begun >= 1.0


def test_the_pace_is_counted_and_kept(box: Running, control: httpx.Client) -> None:
    control.post("/clearinghouse", json={"latency_seconds": 0.4, "capacity": 3})
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(stedi(box, v3()).status_code)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    told = control.get("/clearinghouse").json()
    assert sorted(statuses) == [200, 200, 200, 429, 429]
    assert (told["most_in_flight"], told["refused"], told["in_flight"]) == (3, 2, 0)
    assert (told["by_payer"], told["by_member"]) == ({"60054": 3}, {"ACTIVE": 3})
    assert control.get("/clearinghouse/inquiries").json()[0]["vendor"] == "stedi"
    control.delete("/clearinghouse")
    assert control.get("/clearinghouse").json()["by_vendor"] == {}


def test_a_payer_that_is_down_says_nothing_of_anybody(box: Running, control: httpx.Client) -> None:
    control.post("/clearinghouse", json={"down": ["60054"]}).raise_for_status()
    down = _answer(box, "INACTIVE")
    assert (found(down, "AAA")[0][3:], found(down, "EB")) == (["42", "R"], [])
    assert found(_answer(box, "INACTIVE", payer="22222"), "EB", "6")
    control.post("/clearinghouse", json={"down": []}).raise_for_status()
    assert found(_answer(box, "INACTIVE"), "EB", "6")


def test_faults_strike_here_too(box: Running, control: httpx.Client) -> None:
    control.post("/faults", json=[{"where": "waystar", "kind": "status", "status": 502}])
    assert form(box, x270()).status_code == 502
    assert form(box, x270()).status_code == 200
