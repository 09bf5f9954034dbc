"""What is written together is written once, and what spoils it fails alone."""

import pytest
from sqlalchemy import event, text

from data_contracts.errors import StoreUnusable
from ledger import records
from ledger.schema import cursors
from ledger.together import together
from tests.cast import NOW


@pytest.fixture
def commits(ledger):
    """The transactions that wrote, by one word each."""
    found = []
    event.listen(
        ledger.engine,
        "commit",
        lambda con: con.get_execution_options().get("read_only") or found.append("commit"),
    )
    return found


def written(ledger):
    with ledger.read() as con:
        return sorted(con.execute(cursors.select()).scalars())


def keep(con, name):
    records.set_cursor(con, name, True, NOW)
    return "kept"


def refused(error):
    def keep_or_raise(con, name):
        keep(con, name)
        if name == "b":
            raise error
        return "kept"

    return keep_or_raise


def test_some_are_one_transaction(ledger, commits):
    assert together(ledger, ["a", "b", "c"], keep, None) == {"kept": 3}
    assert commits == ["commit"]
    assert written(ledger) == ["a", "b", "c"]


def test_what_spoils_the_others_fails_alone_and_leaves_nothing(ledger):
    heard = []

    def failed(name, error):
        heard.append((name, type(error).__name__))
        return "failed"

    found = together(ledger, ["a", "b", "c"], refused(ZeroDivisionError()), failed)
    assert found == {"kept": 2, "failed": 1}
    assert heard == [("b", "ZeroDivisionError")]
    assert written(ledger) == ["a", "c"]


def test_what_breaks_a_rule_of_a_table_is_one_row_s_own_fault(ledger):
    def twice(con, name):
        keep(con, name)
        if name == "b":
            con.execute(cursors.insert().values(name="b", value="1", updated_at=NOW))
        return "kept"

    found = together(ledger, ["a", "b"], twice, lambda *_: "failed")
    assert found == {"kept": 1, "failed": 1}
    assert written(ledger) == ["a"]


@pytest.mark.parametrize(
    "act",
    [
        refused(StoreUnusable("the disk is full")),
        lambda con, _: con.execute(text("select 1 from nowhere")),
    ],
)
def test_an_error_of_the_ledger_itself_is_nobody_s_fault_and_is_raised(ledger, act):
    heard = []
    with pytest.raises(Exception, match=r"full|nowhere"):
        together(ledger, ["a", "b"], act, lambda *told: heard.append(told))
    assert heard == []
    assert written(ledger) == []
