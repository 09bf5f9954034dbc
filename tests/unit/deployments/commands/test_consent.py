"""`consent` records what people agreed to, row by row and once, and shows it without identity."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.schema import consents
from tasks.book import keep_snapshot
from tests.cast import NOW, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command, Said

HEAD = "patient,channel,granted,wording_version,given_on,evidence,source\n"
ANA = 'ana,sms,yes,2026-01,2026-01-05,"intake form, box 7",intake_form\n'
WORDS = "I agree to texts about my visits. Reply STOP to end.\n"


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any]) -> Any:
    """Northside, where only recorded consent counts, with Ana and Bo."""
    write_file(consent="ledger")
    room = enter(consent="ledger")
    bo = person("bo", first_name="Bo", mobile="+13035550102", email="bo@example.com")
    keep_snapshot(room, snapshot([person(), bo], [visit(), visit("bo")]), NOW)
    return room


@pytest.fixture
def record(here: Any, ptclinic: Command, tmp_path: Path) -> Callable[..., Said]:
    def run(rows: str, *more: str, words: str = WORDS, head: str = HEAD) -> Said:
        (tmp_path / "list.csv").write_text(head + rows)
        (tmp_path / "words.txt").write_bytes(words.encode())
        given = ("--wording", str(tmp_path / "words.txt"), "--now", NOW.isoformat(), *more)
        return ptclinic("consent", "record", "northside", str(tmp_path / "list.csv"), *given)

    return run


def count(here: Any) -> int:
    with here.ledger.read() as con:
        return int(con.execute(select(func.count()).select_from(consents)).scalar_one())


def shown(ptclinic: Command, patient: str = "ana") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ptclinic(
        "consent", "show", "northside", patient, "--json"
    ).document["consents"]
    return found


def one_day(ptclinic: Command, which: str = "one_day") -> str:
    """What would become now of Ana's reminder a day before."""
    said = ptclinic("plan", "northside", "--now", NOW.isoformat(), "--json")
    starts = "2026-01-06T09:00:00-07:00"
    lines = [one for one in said.document["plan"] if one["starts_at"] == starts]
    return " ".join(sorted(one["reason"] for one in lines if one["rung"] == which))


def test_recorded_consent_opens_the_gate_for_that_patient_alone(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    assert one_day(ptclinic) == "no_consent no_consent"
    assert record(ANA).code == 0
    assert one_day(ptclinic) == "no_consent opt_in_first"
    assert one_day(ptclinic, "opt_in") == "due"


def test_consent_counts_for_both_purposes_with_the_hash_of_the_words(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    record(ANA)
    found = shown(ptclinic)
    assert {one["purpose"] for one in found} == {"reminder", "new_time"}
    assert {one["wording_hash"] for one in found} == {hashlib.sha256(WORDS.encode()).hexdigest()}
    assert {one["at"] for one in found} == {"2026-01-05T00:00-07:00"}


def test_the_last_day_of_a_consent_is_kept_and_one_that_is_no_day_is_refused(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    head = HEAD.replace("source", "source,until")
    said = record("bo,sms,yes,v1,2026-01-05,form,desk,soon\n", "--json", head=head)
    assert "until is not understood: write the last day" in said.document["problems"][0]
    record("ana,sms,yes,v1,2026-01-05,form,desk,2026-06-30\n", head=head)
    assert {one["until"] for one in shown(ptclinic)} == {"2026-07-01T00:00-06:00"}


def test_recording_twice_changes_nothing(record: Callable[..., Said], here: Any) -> None:
    assert record(ANA + ANA, "--json").document["recorded"] == 1
    before = count(here)
    again = record(ANA, "--json").document
    assert (again["recorded"], again["known"]) == (0, 1)
    assert count(here) == before


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ("ana,fax,yes,v1,2026-01-05,form,desk", "channel is not understood: write sms, voice"),
        ("ana,sms,maybe,v1,2026-01-05,form,desk", "granted is not understood: write yes, or no"),
        ("ana,sms,yes,,2026-01-05,form,desk", "wording_version is not understood: name"),
        ("ana,sms,yes,v1,01/05/2026,form,desk", "given_on is not understood: write the day as"),
        ("ana,sms,yes,v1,0001-01-01,form,desk", "given_on is not understood"),
        ("ana,sms,yes,v1,2026-01-06,form,desk", "given_on lies ahead"),
        ("ana,sms,no,v1,2026-01-06,form,desk", "given_on lies ahead"),
        ("ana,sms,yes,v1,2026-01-05T23:00,form,desk", "given_on lies ahead"),
        (f"ana,sms,yes,v1,2026-01-05,{'x' * 121},desk", "evidence is not understood"),
        ("ana,sms,yes,v1,2026-01-05,form,practice_system", "source is not understood"),
        (",sms,yes,v1,2026-01-05,form,desk", "patient is not understood"),
        ("nobody,sms,yes,v1,2026-01-05,form,desk", "no patient with that id is known here"),
        ("ana,sms,yes,v1,2026-01-05,form, box 7,desk", "quote a cell that holds a comma"),
        ('ana,sms,yes,v1,2026-01-05,"form,desk', "a quote is opened and not closed"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(
    record: Callable[..., Said], ptclinic: Command, row: str, advice: str
) -> None:
    said = record(f"{row}\n{ANA}", "--json")
    assert said.code == 1
    assert said.document["recorded"] == 1
    (problem,) = said.document["problems"]
    assert problem.startswith("list.csv:2: ")
    assert advice in problem
    assert "nobody" not in problem
    assert len(shown(ptclinic)) == 2


def test_a_refusal_of_the_same_day_beats_the_consent_in_any_order(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    record(ANA.replace(",yes,", ",no,") + ANA)
    assert one_day(ptclinic) == "no_consent no_consent"
    counting = [one["granted"] for one in shown(ptclinic) if one["counts"]]
    assert set(counting) == {False}


def test_what_a_newer_word_outweighs_is_kept_and_said(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    record(ANA)
    older = record(
        ANA.replace(",yes,", ",no,").replace("2026-01-05", "2026-01-04T18:00"), "--json"
    ).document
    assert older["recorded"] == 1
    assert "a newer word (source intake_form, 2026-01-05) says otherwise" in older["outweighed"][0]


def test_one_version_names_one_text_and_a_refusal_needs_none(record: Callable[..., Said]) -> None:
    record(ANA)
    other = record(ANA.replace("ana", "bo"), "--json", words="Other words.").document
    assert "stands on record with another text" in other["problems"][0]
    refused = record("bo,sms,no,2026-01,2026-01-05,call,desk\n", "--json", words="Other words.")
    assert (refused.code, refused.document["recorded"]) == (0, 1)


def test_a_moment_without_a_zone_is_the_clinics(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    record(ANA.replace("2026-01-05", "2026-01-05T08:30"))
    assert {one["at"] for one in shown(ptclinic)} == {"2026-01-05T08:30-07:00"}


@pytest.mark.parametrize(
    ("head", "words", "advice"),
    [
        (HEAD.replace("source", "scribe"), WORDS, "the first line must name the columns patient,"),
        (HEAD, " \n", "is empty; it must hold the exact text"),
    ],
)
def test_a_list_or_wording_that_is_none_is_refused_whole(
    record: Callable[..., Said], here: Any, head: str, words: str, advice: str
) -> None:
    before = count(here)
    said = record(ANA, head=head, words=words)
    assert said.code == 1
    assert advice in said.err
    assert count(here) == before


def test_the_wording_must_be_given(here: Any, ptclinic: Command, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(HEAD + ANA)
    said = ptclinic("consent", "record", "northside", str(tmp_path / "list.csv"))
    assert said.code == 2
    assert "--wording" in said.err


def test_what_is_shown_and_said_names_nobody(
    record: Callable[..., Said], ptclinic: Command
) -> None:
    told = record(ANA + "ana,pigeon,yes,v1,2026-01-05,Ana Example,desk\n")
    said = ptclinic("consent", "show", "northside", "ana")
    assert "intake form, box 7" in said.out
    for secret in ("Ana", "Example", "5550101", "ana@"):
        assert secret not in said.out + told.out + told.err


def test_an_id_that_nobody_has_is_told(here: Any, ptclinic: Command) -> None:
    said = ptclinic("consent", "show", "northside", "nobody")
    assert said.code == 1
    assert "nobody goes by that id" in said.err


def test_an_explicit_yes_in_a_patients_record_opens_the_gate_where_the_file_says_so(
    here: Any, write_file: Callable[..., None], enter: Callable[..., Any], ptclinic: Command
) -> None:
    write_file()
    later = NOW + timedelta(minutes=1)
    ana = person(contact_preference=None, consents_to_email=None, updated_at=NOW)
    keep_snapshot(enter(), snapshot([ana], [visit(), visit("bo")]), later)
    assert one_day(ptclinic) == "due no_consent"
    granted = {(one["channel"], one["granted"]) for one in shown(ptclinic)}
    assert granted == {("sms", True), ("voice", True)}


def test_a_revocation_at_the_desk_blocks_number_and_address_at_once(
    here: Any, ptclinic: Command
) -> None:
    given = ("--evidence", "told the desk", "--now", NOW.isoformat(), "--json")
    said = ptclinic("consent", "revoke", "northside", "ana", *given)
    assert said.document == {"clinic": "northside", "blocked": {"phone": 1, "email": 1}}
    assert "opted_out" in one_day(ptclinic)
    again = ptclinic("consent", "revoke", "northside", "ana", *given)
    assert again.document["blocked"] == {"phone": 0, "email": 0}
    newest = [one for one in shown(ptclinic) if one["counts"]]
    assert {(one["granted"], one["source"], one["evidence"]) for one in newest} == {
        (False, "front_desk", "told the desk")
    }


def test_a_revocation_of_somebody_unknown_says_what_to_do(here: Any, ptclinic: Command) -> None:
    said = ptclinic("consent", "revoke", "northside", "nobody", "--evidence", "a letter")
    assert said.code == 1
    assert "practice system's id" in said.err


def test_a_wording_is_told_what_it_lacks_and_recorded_all_the_same(
    record: Callable[..., Said],
) -> None:
    said = record(ANA, "--json")
    assert said.document["recorded"] == 1
    lacking = [line.partition(":")[0] for line in said.document["wording_lacks"]]
    assert lacking[:3] == ["the brand", "the frequency", "the cost"]
