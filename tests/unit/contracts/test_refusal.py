"""Each reason for which a row is set aside says what to do, and where."""

import re
from pathlib import Path

import pytest

from data_contracts.refusal import what_to_do

ROOT = Path(__file__).parents[3]
_ANY = what_to_do("something_else")


def codes() -> set[str]:
    """Every code that stands in the readers of files."""
    text = "".join(path.read_text() for path in (ROOT / "connectors/files").glob("*.py"))
    found = set(re.findall(r'RowRefused\(\s*"(\w+)"', text)) | set(
        re.findall(r'"(\w+_row|\w+_quote|duplicate_\w+)"', text)
    )
    return found | {"unreadable_time", "unreadable_ends_at", "unknown_status", "invalid_source_id"}


@pytest.mark.parametrize("code", sorted(codes()))
def test_a_code_of_ours_has_its_own_sentence(code):
    assert what_to_do(code) != _ANY


def test_the_column_of_the_mapping_is_named():
    assert "columns.starts_at" in what_to_do("unreadable_time")
    assert "source id" in what_to_do("missing_id")
    assert "starts_at is not as promised" in what_to_do("starts_at.datetime_parsing")
