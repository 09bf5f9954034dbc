"""`ptclinic errors`: what failed, told to the consultant; that it was read is a row."""

import pytest
from sqlalchemy import select

from ledger.schema import audit
from tasks.guard import SafeError, guarded_task


@guarded_task(name="leaky")
def leaky(slug: str) -> None:
    """Fails with a patient's name."""
    raise ValueError("Zyxwvut Ana \x1b[2J")


@pytest.fixture
def ref(write_file, enter):
    write_file()
    enter()
    with pytest.raises(SafeError) as failed:
        leaky.fn("northside")
    return failed.value.ref


def test_an_error_is_listed_and_shown_and_the_look_is_a_row(ref, ptclinic, ledger):
    listed = ptclinic("errors", "list", "northside", "--json")
    assert [one["ref"] for one in listed.document["errors"]] == [ref]
    shown = ptclinic("errors", "show", "northside", f"ref={ref}")
    assert "ValueError: Zyxwvut Ana [2J" in shown.out
    with ledger.read() as con:
        last = con.execute(select(audit).order_by(audit.c.sequence.desc())).first()
    assert (last.what, last.about) == ("error's traceback read", ref)


def test_an_unknown_reference_says_what_to_do(ref, ptclinic):
    said = ptclinic("errors", "show", "northside", "00000000")
    assert said.code == 1
    assert "see `ptclinic errors list northside`" in said.err
