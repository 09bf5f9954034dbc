"""Every task opens the ledger anew; what it asks was compiled when the first one asked it."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import CacheStats

from ledger.records import set_cursor
from ledger.schema import opt_outs, visits
from ledger.store import insert_new, open_ledger
from tests.cast import NOW


def _ask(con):
    con.execute(select(visits.c.status).where(visits.c.visit_id == "nobody")).all()


def _remember(con):
    set_cursor(con, "read", 1, NOW)


def _block(con):
    row = {"address_index": "a" * 64, "kind": "phone", "source": "stop", "at": NOW}
    insert_new(con, opt_outs, [row])


@pytest.mark.parametrize("act", [_ask, _remember, _block])
def test_what_one_opening_compiled_the_next_one_finds(act, ledger, tmp_path):
    found = []

    def note(con, cursor, statement, values, context, is_many):
        found.append(context.cache_hit)

    with ledger.write() as con:
        act(con)
    again = open_ledger(tmp_path / "var", "northside")
    with again.write() as con:
        event.listen(con, "before_cursor_execute", note)
        act(con)
    again.close()
    assert found == [CacheStats.CACHE_HIT]
