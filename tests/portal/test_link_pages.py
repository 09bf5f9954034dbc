"""A patient opens the link of an e-mail: who may look, what a click does, and what nobody sees."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ledger.schema_dialogue import confirmations
from tests.portal.linking import BORN, Case, heading, linking, words


@pytest.fixture
def ana(enter: Callable[..., Any], sandbox: Any, aws: str) -> Iterator[Case]:
    """Ana, whose visit tomorrow can be changed by her."""
    with linking(enter, sandbox, aws) as found:
        found.book()
        yield found


def test_who_opens_the_link_and_proves_the_birth_date_confirms_the_visit(ana):
    visitor = ana.visitor(ana.address())
    assert heading(visitor.get()) == "What is the patient's date of birth?"
    assert heading(visitor.post("birth-date", **BORN)) == "Will you come to your visit?"
    done = visitor.post("confirm")
    assert heading(done) == "Thank you. See you then!"
    assert "Tuesday, January 6" in words(done)
    (row,) = ana.rows(confirmations)
    assert (row.visit_id, row.asked_by) == (ana.known().visit_id, "link")
    assert ana.by_link() == [
        ("identity read", "to compare the birth date given on a link"),
        ("visit confirmed", "by their link"),
    ]
