"""CMS's quarterly edits are read as they are published, and a row that is none is named."""

from datetime import date
from io import BytesIO

import pytest

from connectors.files.pair_edits import BadEdit, Part, pair_edits, part_of
from data_contracts.code_pair import PairEdit
from data_contracts.errors import ImportRefused
from tests.unit.files.edit_file import HEAD, edits_as_text, edits_as_workbook

ROWS = ["97140 97530 20200101 * 1", "97161 97140 20200101 20251231 0", "00100 0001A 19960101 * 0"]
READ = [
    PairEdit("97140", "97530", date(2020, 1, 1), None, "1"),
    PairEdit("97161", "97140", date(2020, 1, 1), date(2025, 12, 31), "0"),
    PairEdit("00100", "0001A", date(1996, 1, 1), None, "0"),
]


@pytest.mark.parametrize("made", [edits_as_text, edits_as_workbook])
def test_text_and_workbook_say_the_same(made):
    assert list(pair_edits(BytesIO(made(ROWS)), "edits")) == READ


def test_an_edit_that_never_applied_is_in_force_on_no_day():
    rows = ["13121 13120 19960101 19960101 9", "13121 13120 19960101 19960101 1"]
    assert [one.is_in_force for one in pair_edits(BytesIO(edits_as_text(rows)), "edits")] == [
        False,
        False,
    ]
    assert all(one.is_in_force for one in READ)


BAD = {
    "97140 975 20200101 * 1": "unreadable_code",
    "97140 97530 2020-01-1 * 1": "unreadable_effective_date",
    "97140 97530 20201301 * 1": "unreadable_effective_date",
    "97140 97530 20200101 soon 1": "unreadable_deletion_date",
    "97140 97530 20200101 20191231 1": "ends_before_start",
    "97140 97530 20200101 * 2": "unknown_modifier_indicator",
}


def test_a_row_that_is_no_edit_is_named_by_its_line_and_stops_no_other():
    rows = [ROWS[0], *BAD, ROWS[0]]
    raw = edits_as_text(rows) + b"97140\t97530\r\n"
    found = list(pair_edits(BytesIO(raw), "edits"))
    bad = [one for one in found if isinstance(one, BadEdit)]
    assert [one.reason for one in bad] == [*BAD.values(), "ragged_row"]
    assert [one.line for one in bad] == [*range(8, 8 + len(BAD)), 7 + len(rows)]
    assert found.count(READ[0]) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>Maintenance</html>",
        edits_as_text([]),
        b"97140\t97530\t\t20200101\t*\t1\twhy\r\n",  # no header: columns of whom?
        "\r\n".join("\t".join(one) for one in HEAD).replace("Column 2", "MUE").encode("cp1252")
        + b"\r\n97140\t97530\t\t20200101\t*\t1\twhy\r\n",
        b"PK\x03\x04 no workbook",
    ],
)
def test_what_is_no_file_of_edits_is_refused(raw):
    with pytest.raises(ImportRefused, match="edits"):
        list(pair_edits(BytesIO(raw), "edits.txt"))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("ccipra-v323r0-f4.txt", Part("2026Q4", 4)),
        ("CCIPRA-V320R1-F1.XLSX", Part("2026Q1", 1)),
        ("medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f2.txt", Part("2026Q3", 2)),
        ("ccioph-v323r0-f1.txt", Part("2026Q4", 1, is_hospital=True)),
        ("edits.txt", Part(None, None)),
    ],
)
def test_a_file_s_name_says_its_quarter(name, part):
    assert part_of(name) == part
