"""`ptclinic ncci load` takes CMS's quarterly edits; a claim is judged by those of its day."""

from sqlalchemy import select

from ledger import claims
from ledger.schema import quarantine
from tests.cast import NOW
from tests.unit.files.edit_file import edit_files
from tests.unit.tasks.claiming import DAY, Desk, filing_clinic
from tests.unit.tasks.test_certifying import CARD, CHARGE, OF_MEDICARE

SURGERY = ["10021 97140 20000101 * 1", "10021 36000 20000101 * 0"]
THERAPY = [
    "97140 97530 19960101 20251231 1",
    "97140 97530 20260101 * 0",
    "97164 97140 20260101 20260101 9",
]
PAIR = ({"cpt": "97140"}, {"charge_id": "c2", "cpt": "97530"})
BEFORE = ({"charge_id": "c3", "cpt": "97140"}, {"charge_id": "c4", "cpt": "97530"})
AT = ("--now", NOW.isoformat())


def test_a_claim_is_judged_by_the_edits_of_its_day_of_service(
    ptclinic, write_file, enter, tmp_path
):
    desk = Desk(enter, tmp_path / "claims", insurance=OF_MEDICARE)
    write_file(**filing_clinic(tmp_path / "claims", insurance=OF_MEDICARE))
    desk.insure(**CARD)
    desk.charge("charges-1.csv", *(CHARGE | one for one in PAIR))
    desk.charge("charges-2.csv", *(CHARGE | one | {"dos": "2025-12-30"} for one in BEFORE))
    desk.examine()
    assert pairs_of(desk) == {
        "2025-12-30": {"pair.needs_review", "pair.not_compared"},
        DAY.isoformat(): {"pair.needs_review", "pair.not_compared"},
    }, "by the pairs that come with the product"
    files = edit_files(tmp_path, SURGERY, THERAPY, version="v320r0")
    said = ptclinic("ncci", "load", "northside", *files, *AT, "--json").document
    assert (said["quarter"], said["rows"], said["kept"]) == ("2026Q1", 5, 3)
    desk.examine()
    assert pairs_of(desk) == {
        "2025-12-30": {"pair.needs_review"},
        DAY.isoformat(): {"pair.never"},
    }
    ends = [row.replace("*", "20260101") for row in THERAPY]
    later = edit_files(tmp_path, SURGERY, ends, version="v321r0")
    assert ptclinic("ncci", "load", "northside", *later, *AT).code == 0
    desk.examine()
    assert pairs_of(desk)[DAY.isoformat()] == set(), "the later file took the edit back"
    shown = ptclinic("ncci", "show", "northside", "--json").document
    assert [one["quarter"] for one in shown["quarters"]] == ["2026Q2", "2026Q1"]


def test_what_cannot_be_taken_is_named_and_says_what_to_do(ptclinic, write_file, tmp_path):
    write_file()
    broken = [*THERAPY, "97140 97530 20200101 * 2"]
    said = ptclinic("ncci", "load", "northside", *edit_files(tmp_path, broken), *AT)
    assert said.code == 1
    assert "ccipra-v323r0-f1.txt:10: unknown_modifier_indicator; set aside" in said.err
    assert "fetch the files from CMS anew" in said.err
    for names, words in (
        (edit_files(tmp_path / "a", SURGERY), "Give all files of the quarter at once"),
        (edit_files(tmp_path / "b", SURGERY, THERAPY)[1:], "of the quarter's files f1 is missing"),
        (edit_files(tmp_path / "c", THERAPY, version="v322r0"), "2026Q4 is loaded already"),
        ([tmp_path / "ccioph-v323r0-f1.txt"], "Take those for practitioners"),
        ([tmp_path / "ccipra-v323r0-f1.zip"], "cannot be read"),
        ([tmp_path / "edits.txt"], "add --quarter"),
        ([tmp_path / "edits.txt", "--quarter", "4/2026"], "such as 2026Q4"),
        ([*edit_files(tmp_path / "d", THERAPY), "--quarter", "2026Q1"], "of several quarters"),
    ):
        said = ptclinic("ncci", "load", "northside", *names, *AT)
        assert (said.code, words in said.err) == (1, True), said.err
    (tmp_path / "edits.txt").write_bytes(edit_files(tmp_path, THERAPY)[0].read_bytes())
    named = ("--quarter", "2026Q4")
    assert ptclinic("ncci", "load", "northside", tmp_path / "edits.txt", *named, *AT).code == 0


def test_a_row_that_is_set_aside_lies_in_quarantine_and_no_quarter_counts_as_compared(
    ptclinic, write_file, enter, tmp_path
):
    desk = Desk(enter, tmp_path / "claims", insurance=OF_MEDICARE)
    write_file(**filing_clinic(tmp_path / "claims", insurance=OF_MEDICARE))
    desk.insure(**CARD)
    desk.charge("charges-1.csv", *(CHARGE | one for one in PAIR))
    broken = edit_files(tmp_path, [*THERAPY, "97140 975 20200101 * 1"])
    assert ptclinic("ncci", "load", "northside", *broken, *AT).code == 1
    desk.examine()
    assert pairs_of(desk) == {DAY.isoformat(): {"pair.never", "pair.not_compared"}}
    with desk.here.ledger.read() as con:
        (row,) = con.execute(select(quarantine))
    assert (row.resource, row.reason) == ("ncci", "unreadable_code")


def pairs_of(desk):
    """By day of service what was found about pairs of codes."""
    with desk.here.ledger.read() as con:
        return {
            row.service_on: {
                one.code
                for one in claims.findings_of(con, row.claim_id)
                if one.code.startswith("pair.")
            }
            for row in desk.claims()
        }
