"""What was charged leaves as a claim, once, and not before it is clean."""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from connectors.errors import Rejected
from data_contracts.authorization import Authorization
from data_contracts.claim_life import FileState
from data_contracts.coverage import AuthorizationNeed
from data_contracts.errors import GateClosed, UserError
from ledger import claim_files, claims, policies
from ledger.gap import Gap, set_gap
from tasks.claim_examining import release
from tasks.claim_wiring import claim_drop, claim_pickup
from tasks.room import Room
from tests.cast import NOW
from tests.unit.tasks.claiming import INSURANCE, Desk

Enter = Callable[..., Room]


@pytest.fixture
def desk(enter: Enter, tmp_path: Path) -> Desk:
    """Northside, with Ana insured."""
    made = Desk(enter, tmp_path / "claims")
    made.insure()
    return made


def test_a_day_s_charges_leave_as_one_claim_in_one_file(desk: Desk) -> None:
    assert (
        desk.charge(
            "charges-1.csv", {}, {"charge_id": "c2", "cpt": "97140", "units": 1, "minutes": 15}
        )["claims"]
        == 1
    )
    assert desk.examine()["ready"] == 1
    assert desk.file() == {"claims": 1, "held": 0}
    assert desk.send()["sent"] == 1
    (claim,) = desk.left()
    (row,) = desk.claims()
    assert (claim.control, row.status) == (row.control, "filed")
    assert (claim.charge, claim.payer_id, claim.filing) == (240, "EVER1", "CI")
    assert [(one.procedure, one.modifiers, one.units) for one in claim.lines] == [
        ("97110", ("GP",), 2),
        ("97140", ("GP",), 1),
    ]
    assert claim.diagnoses == ("M5450",)
    assert desk.tasks() == []


def test_all_of_it_again_sends_nothing_again(desk: Desk) -> None:
    desk.charge()
    desk.submit()
    assert desk.charge()["reports"] == 0
    assert desk.charge("the-same-charges.csv")["claims"] == 0
    assert desk.submit() == {"sent": 0, "waiting": 0, "in_doubt": 0}
    assert len(desk.left()) == 1
    assert len(list((desk.folder / "drop").iterdir())) == 1


def test_the_share_of_what_nobody_had_to_add_is_kept(desk: Desk) -> None:
    desk.charge("charges-1.csv", {"gender": "", "minutes": ""})
    desk.examine()
    (row,) = desk.claims()
    assert (row.fields_there, row.fields_needed) == (12, 14)


WRONG = {
    "diagnosis.none": {"dx1": ""},
    "address.missing": {"street": ""},
    "npi.wrong": {"npi": "1999999985"},
    "units.none": {"units": 0},
    "authorization.not_on_file": {"auth": "A77"},
}


def test_a_claim_that_would_come_back_is_held_and_a_person_asked(desk: Desk) -> None:
    for place, (code, change) in enumerate(WRONG.items(), start=4):
        desk.charge(f"charges-{place}.csv", change | {"modified": f"2026-01-0{place}"})
        assert desk.submit()["sent"] == 0
        row = next(one for one in desk.claims() if one.status == "held")
        with desk.here.ledger.read() as con:
            assert code in {one.code for one in claims.findings_of(con, row.claim_id)}
        asked = desk.tasks()
        assert set(asked) == {("mend_claim", "claim_held")}
        desk.examine()
        assert desk.tasks() == asked, "asked once"


def test_what_is_mended_in_the_practice_system_goes_by_itself(desk: Desk) -> None:
    desk.charge("charges-1.csv", {"dx1": ""})
    desk.submit()
    desk.charge("charges-2.csv", {"modified": "2026-01-04"})
    assert desk.submit()["sent"] == 1


def test_coverage_that_was_never_verified_waits_for_a_person(enter: Enter, tmp_path: Path) -> None:
    desk = Desk(enter, tmp_path / "claims")
    desk.insure()
    desk.charge("charges-1.csv", {"dos": "2026-01-04"})
    desk.submit()
    (row,) = desk.claims()
    assert row.status == "held"
    release(desk.here, row.control, NOW)
    assert desk.submit()["sent"] == 1


def test_of_a_beneficiary_the_claim_says_that_nothing_may_be_asked_of_them(desk: Desk) -> None:
    desk.verify(is_qmb=True, asked_at=NOW + timedelta(days=1))
    desk.charge()
    assert desk.submit()["sent"] == 1
    (row,) = desk.claims()
    with desk.here.ledger.read() as con:
        said = {one.code for one in claims.findings_of(con, row.claim_id)}
    assert "coverage.no_cost_share" in said


def test_where_it_was_given_is_said_by_somebody_or_the_claim_waits(
    enter: Enter, tmp_path: Path
) -> None:
    kinds = [{"name": "Video check", "place_of_service": "10"}]
    desk = Desk(enter, tmp_path / "claims", visit_types=kinds)
    visits = {"ana": "Follow-up", "bo": "Follow-up", "cy": "Video check", "di": "Telehealth"}
    for who, kind in visits.items():
        desk.book(who, visit_type=kind)
        desk.card(who)
        desk.verify(who)
    charted = {"ana": "22", "bo": "", "cy": "", "di": ""}
    rows = [{"charge_id": who, "patient_id": who, "pos": pos} for who, pos in charted.items()]
    desk.charge("charges-1.csv", *rows)
    desk.submit()
    assert sorted(str(one.place_of_service) for one in desk.left()) == ["10", "22"]
    assert desk.tasks() == [("mend_claim", "claim_held")] * 2
    part = desk.here.clinic.claims.model_copy(update={"place_of_service": "11"})
    clinic = desk.here.clinic.model_copy(update={"claims": part})
    desk.here = dataclasses.replace(desk.here, clinic=clinic)
    assert desk.submit()["sent"] == 1, "a visit by video is never taken for one in the rooms"
    assert sorted(str(one.place_of_service) for one in desk.left()) == ["10", "11", "22"]


def test_nobody_lets_go_what_is_blocked(enter: Enter, tmp_path: Path) -> None:
    desk = Desk(enter, tmp_path / "claims")
    desk.book("ana")
    desk.card("ana")
    desk.verify(need=AuthorizationNeed.REQUIRED)
    desk.charge()
    desk.submit()
    (row,) = desk.claims()
    with pytest.raises(UserError, match="wants an authorisation"):
        release(desk.here, row.control, NOW)
    with pytest.raises(UserError, match="no claim has the number"):
        release(desk.here, "C-NONE", NOW)


def test_charges_taken_back_before_they_left_leave_no_claim(desk: Desk) -> None:
    desk.charge()
    desk.charge("charges-2.csv", {"flag": "3", "modified": "2026-01-04"})
    assert desk.states() == ["withdrawn"]
    assert desk.submit()["sent"] == 0
    desk.charge("charges-3.csv", {"modified": "2026-01-05"})
    assert desk.submit()["sent"] == 1


def test_charges_changed_after_the_claim_left_are_told_and_not_sent_again(desk: Desk) -> None:
    desk.charge()
    desk.submit()
    desk.charge("charges-2.csv", {"units": 3, "minutes": 45, "modified": "2026-01-04"})
    assert desk.submit()["sent"] == 0
    assert desk.tasks() == [("mend_claim", "claim_changed")]
    assert len(desk.claims()) == 1


def test_a_row_that_makes_no_sense_is_set_aside_and_the_rest_goes(desk: Desk) -> None:
    done = desk.charge("charges-1.csv", {}, {"charge_id": "c2", "cpt": "massage"})
    assert (done["rows"], done["refused"]) == (1, 1)
    assert desk.submit()["sent"] == 1


def test_somebody_not_read_yet_is_held_until_they_are_known(enter: Enter, tmp_path: Path) -> None:
    desk = Desk(enter, tmp_path / "claims")
    desk.charge("charges-1.csv", {"patient_id": "bo"})
    desk.submit()
    assert desk.states() == ["held"]
    desk.insure("bo")
    desk.charge("charges-2.csv", {"patient_id": "bo", "modified": "2026-01-04", "minutes": 31})
    assert desk.submit()["sent"] == 1


def test_a_worker_that_died_before_the_file_had_its_name_is_followed_by_another(desk: Desk) -> None:
    desk.charge()
    desk.examine()
    desk.file()
    (file,) = desk.files()
    desk.drop.put_aside(file.name, b"half of it")
    took(desk, file)
    assert desk.send()["sent"] == 1
    assert len(desk.left()) == 1
    assert desk.files()[0].status == FileState.SENT


def test_a_file_whose_answer_was_lost_is_found_in_the_folder_and_not_sent_again(desk: Desk) -> None:
    desk.charge()
    desk.submit()
    (file,) = desk.files()
    back_in_doubt(desk, file)
    before = (desk.folder / "drop" / file.name).stat()
    assert desk.send()["sent"] == 1
    assert (desk.folder / "drop" / file.name).stat().st_mtime_ns == before.st_mtime_ns


def test_a_file_that_nobody_can_tell_of_waits_and_then_a_person_is_asked(desk: Desk) -> None:
    """The clearinghouse takes files out of its folder: an empty one proves nothing."""
    desk.charge()
    desk.submit()
    (file,) = desk.files()
    back_in_doubt(desk, file)
    (desk.folder / "drop" / file.name).unlink()
    assert desk.send() == {"sent": 0, "waiting": 0, "in_doubt": 1}
    assert desk.tasks() == []
    assert desk.send(NOW + timedelta(hours=25))["in_doubt"] == 1
    desk.send(NOW + timedelta(hours=26))
    assert desk.tasks() == [("look_up_claim_file", "claim_file_silent")]
    assert list((desk.folder / "drop").iterdir()) == []


def test_a_file_that_cannot_be_put_there_for_a_day_is_a_person_s(desk: Desk) -> None:
    """Claims have a time limit, and a run that fails each evening is nobody's who files them."""
    desk.charge()
    desk.examine()
    desk.file()
    gone = desk.folder / "drop"
    gone.rename(desk.folder / "elsewhere")
    for hours, asked in ((1, []), (25, [("look_up_claim_file", "claim_file_waiting")])):
        with pytest.raises(Rejected):
            desk.send(NOW + timedelta(hours=hours))
        assert desk.tasks() == asked
    (desk.folder / "elsewhere").rename(gone)
    assert desk.send(NOW + timedelta(hours=26))["sent"] == 1
    assert len(desk.left()) == 1


def test_two_workers_send_a_file_once(desk: Desk) -> None:
    desk.charge()
    desk.examine()
    desk.file()
    (file,) = desk.files()
    with desk.here.ledger.write() as con:
        assert claim_files.take(con, file.file_id, desk.here.ledger.clock(), NOW)
        assert not claim_files.take(con, file.file_id, desk.here.ledger.clock(), NOW)
    assert desk.send() == {"sent": 0, "waiting": 0, "in_doubt": 0}
    assert list((desk.folder / "drop").iterdir()) == []


def test_a_file_is_not_sent_as_another_than_was_written_down(desk: Desk, enter: Enter) -> None:
    desk.charge()
    desk.examine()
    desk.file()
    part = desk.here.clinic.claims.model_dump(mode="json") | {
        "submitter": {"identifier": "OTHER1", "contact": "Front Desk", "phone": "3035550140"}
    }
    other = Desk(enter, desk.folder, claims=part)
    assert other.send()["waiting"] == 1
    assert other.tasks() == [("look_up_claim_file", "file_edited")]


def test_after_a_restore_nothing_that_may_have_left_leaves_by_itself(desk: Desk) -> None:
    desk.charge()
    desk.examine()
    desk.file()
    with desk.here.ledger.write() as con:
        wall = desk.here.ledger.clock()
        set_gap(con, Gap(NOW - timedelta(hours=9), NOW, wall))
        assert claim_files.doubt_all(con, NOW) == 1
        assert claim_files.next_number(con, "northside").control == 1002
    assert desk.send() == {"sent": 0, "waiting": 0, "in_doubt": 1}
    desk.charge("charges-2.csv", {"charge_id": "c2", "npi": "1888888884", "cpt": "97112"})
    desk.submit()
    (held,) = (one for one in desk.claims() if one.status == "held")
    release(desk.here, held.control, NOW + timedelta(hours=1))
    assert desk.submit()["sent"] == 1


def test_nothing_leaves_where_delivery_is_off_or_no_agreement_holds(
    enter: Enter, tmp_path: Path
) -> None:
    off = Desk(enter, tmp_path / "claims", delivery="off").here
    with pytest.raises(GateClosed, match="delivery is off"):
        claim_drop(off.clinic, off.settings)
    alone = Desk(enter, tmp_path / "claims", agreements=[]).here
    for door in (claim_drop, claim_pickup):
        with pytest.raises(GateClosed, match="agreement with clearing"):
            door(alone.clinic, alone.settings)


def test_the_ledger_holds_nobody_s_name_in_clear(desk: Desk) -> None:
    desk.charge()
    desk.submit()
    with desk.here.ledger.read() as con:
        for row in desk.claims():
            told = repr(list(row)).lower()
            assert not any(word in told for word in ("example", "elm st", "w123456789", "m5450"))
        assert con.execute(claims.claims.select()).first().filed is not None


def took(desk: Desk, file) -> None:
    """A worker said that it sends the file, an hour ago, and died."""
    wall = desk.here.ledger.clock() - timedelta(hours=1)
    with desk.here.ledger.write() as con:
        assert claim_files.take(con, file.file_id, wall, NOW)


def back_in_doubt(desk: Desk, file) -> None:
    """The state of a file whose worker died between giving it its name and writing that down."""
    wall = desk.here.ledger.clock() - timedelta(hours=1)
    table = claim_files.claim_files
    with desk.here.ledger.write() as con:
        mine = table.update().where(table.c.file_id == file.file_id)
        con.execute(mine.values(status="sending", lease_until=wall, sent_at=None))


LEAVE = {"number": "A1", "visits_authorized": 8, "ends_on": date(2026, 3, 1)}


def test_another_payer_s_leave_that_the_chart_names_is_none_of_this_plan(
    enter: Enter, tmp_path: Path
) -> None:
    payers = INSURANCE["payers"] | {"harbor": {"payer_id": "HARB1", "name": "Harbor Health"}}
    desk = Desk(enter, tmp_path / "claims", insurance=INSURANCE | {"payers": payers})
    desk.insure()
    one = Authorization(
        source_id="l1", patient_source_id="ana", payer_name="Harbor Health", updated_at=NOW, **LEAVE
    )
    with desk.here.ledger.write() as con:
        policies.keep_authorizations(desk.here.ledger, con, [one])
    desk.charge("charges-1.csv", {"auth": "A1"})
    assert desk.submit()["sent"] == 0
    with desk.here.ledger.read() as con:
        (found,) = (claims.findings_of(con, row.claim_id) for row in desk.claims())
    assert "authorization.not_on_file" in {one.code for one in found}


@pytest.mark.parametrize(
    ("leaves", "number"),
    [
        ([LEAVE], "A1"),
        ([LEAVE | {"payer_name": "Evergreen Health"}], "A1"),
        ([LEAVE, LEAVE | {"ends_on": date(2026, 6, 1)}], "A1"),  # extended under its number
        ([LEAVE, LEAVE | {"number": "A2"}], None),  # a person chooses
        ([LEAVE | {"visits_authorized": None}], None),  # asked for
        ([LEAVE | {"ends_on": date(2026, 1, 1)}], None),  # over the day before
        ([], None),
    ],
)
def test_the_leave_on_file_is_named_where_the_chart_names_none(
    desk: Desk, leaves: list[dict[str, object]], number: str | None
) -> None:
    desk.verify(need=AuthorizationNeed.REQUIRED, asked_at=NOW + timedelta(days=1))
    ledger = desk.here.ledger
    known = [
        Authorization(source_id=f"l{n}", patient_source_id="ana", updated_at=NOW, **one)
        for n, one in enumerate(leaves)
    ]
    with ledger.write() as con:
        policies.keep_authorizations(ledger, con, known)
    desk.charge()
    assert desk.submit()["sent"] == (number is not None)
    raw = b"".join(path.read_bytes() for path in (desk.folder / "drop").glob("*.837"))
    assert (b"~REF*G1*A1~" in raw) == (number is not None)
