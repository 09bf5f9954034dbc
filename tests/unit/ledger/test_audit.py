"""The audit's chain: whatever is done to its rows behind its back is seen, and where."""

import json
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data_contracts.deed import Act, Deed
from ledger import records
from ledger.anchor import anchor_path, note_head, read_anchors
from ledger.audit import flaws, record
from ledger.schema import audit
from tests.cast import NOW

ACT = Act(Deed.IDENTITY_READ, "patient-1", "to call them")


def write(ledger, count=5):
    with ledger.write() as con:
        con.execute(audit.delete())
    for _ in range(count):
        with ledger.write() as con:
            record(ledger, con, [ACT], NOW)


def found(ledger):
    with ledger.read() as con:
        return list(flaws(ledger, con, read_anchors(ledger).heads))


def run(ledger, *statements):
    with ledger.write() as con:
        for one in statements:
            con.execute(text(one))


def test_an_audit_that_nobody_touched_has_no_flaw(store):
    write(store)
    note_head(store, NOW)
    write_more = [ACT, ACT._replace(deed=Deed.TASK_DONE)]
    with store.write() as con:
        record(store, con, write_more, NOW)
    assert found(store) == []


@pytest.mark.parametrize("column", ["who", "role", "what", "about", "why"])
def test_a_changed_row_is_named(store, column):
    write(store)
    run(store, f"update audit set {column} = 'other' where sequence = 3")
    assert [(one.sequence, one.what) for one in found(store)] == [
        (3, "was changed after it was written")
    ]


def test_a_changed_time_is_named(store):
    write(store)
    run(store, "update audit set at = '2020-01-01T00:00:00.000000+00:00' where sequence = 2")
    assert [one.sequence for one in found(store)] == [2]


def test_a_row_left_out_is_named(store):
    write(store)
    run(store, "delete from audit where sequence = 3")
    assert [(one.sequence, one.what) for one in found(store)] == [(3, "rows are missing up to 3")]


def test_a_gap_closed_by_renumbering_is_named(store):
    write(store)
    run(
        store,
        "delete from audit where sequence = 3",
        "update audit set sequence = 3 where sequence = 4",
        "update audit set sequence = 4 where sequence = 5",
    )
    assert {one.sequence for one in found(store)} == {3, 4}


def test_two_rows_that_changed_places_are_named(store):
    write(store)
    run(
        store,
        "update audit set sequence = 99 where sequence = 2",
        "update audit set sequence = 2 where sequence = 4",
        "update audit set sequence = 4 where sequence = 99",
    )
    assert {2, 4} <= {one.sequence for one in found(store)}


def test_rows_cut_off_at_the_end_are_seen_by_the_note_outside(store):
    write(store)
    note_head(store, NOW)
    run(store, "delete from audit where sequence > 3")
    assert [(one.sequence, one.what) for one in found(store)] == [
        (4, "rows are cut off; 5 were noted outside")
    ]


def test_a_chain_written_anew_is_seen_by_the_note_outside(store):
    write(store)
    note_head(store, NOW)
    with store.write() as con:
        con.execute(audit.delete())
        record(store, con, [ACT._replace(why="something else")] * 5, NOW)
    assert [one.sequence for one in found(store)] == [5]


def test_what_a_restore_took_away_is_counted_and_no_flaw(store):
    write(store)
    note_head(store, NOW)
    run(store, "delete from audit where sequence > 3")
    note_head(store, NOW, is_restored=True)
    assert found(store) == []
    assert read_anchors(store).lost == 2


def test_a_note_that_claims_a_restore_without_our_key_is_a_flaw(store):
    write(store)
    note_head(store, NOW)
    forged = json.loads(anchor_path(store).read_text()) | {"kind": "restored", "sequence": 2}
    anchor_path(store).write_text(json.dumps(forged) + "\n")
    assert [one.sequence for one in read_anchors(store).flaws] == [1]


def test_a_line_taken_out_of_the_notes_is_a_flaw(store):
    for _ in range(3):
        write(store, 1)
        note_head(store, NOW)
    lines = anchor_path(store).read_text().splitlines()
    anchor_path(store).write_text("\n".join([lines[0], lines[2]]) + "\n")
    assert [one.sequence for one in read_anchors(store).flaws] == [2]


def test_an_act_that_is_taken_back_leaves_no_row(store):
    write(store, 2)
    with pytest.raises(RuntimeError):
        _fail_after_recording(store)
    with store.read() as con:
        assert con.execute(text("select count(*) from audit")).scalar() == 2
    assert found(store) == []


def _fail_after_recording(store):
    with store.write() as con:
        record(store, con, [ACT], NOW)
        raise RuntimeError


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=st.integers(1, 6), second=st.integers(1, 6), how=st.sampled_from(["swap", "copy"]))
def test_no_move_or_copy_of_contents_goes_unseen(store, first, second, how):
    write(store, 0)
    acts = [ACT._replace(about=f"patient-{number}") for number in range(6)]
    with store.write() as con:
        record(store, con, acts, NOW)
    one, two = (f"(select about from audit where sequence = {n})" for n in (first, second))
    with store.write() as con:
        left = con.execute(text(f"select {one}")).scalar()
        con.execute(text(f"update audit set about = {two} where sequence = {first}"))
        if how == "swap":
            change = text("update audit set about = :about where sequence = :sequence")
            con.execute(change, {"about": left, "sequence": second})
    expected = set() if first == second else {first, second} if how == "swap" else {first}
    assert {one.sequence for one in found(store)} == expected


def test_the_chain_is_locked_last_so_that_no_two_acts_wait_for_each_other(store):
    write(store, 0)
    holds, errors = threading.Event(), []

    def ask(con):
        what = {"kind": "call_patient", "reason": "due", "detail": "{}", "due_at": NOW}
        records.add_staff_task(con, **what, now=NOW, dedupe_key="call|1")

    def first():
        with store.write() as con:
            ask(con)
            holds.set()
            time.sleep(0.3)
            record(store, con, [ACT], NOW)

    def second():
        holds.wait(60)
        with store.write() as con:
            record(store, con, [ACT], NOW)
            ask(con)

    def guarded(body):
        try:
            body()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(body,)) for body in (first, second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert errors == []
    assert found(store) == []
    with store.read() as con:
        assert con.execute(text("select count(*) from audit")).scalar() == 2


def test_writers_side_by_side_make_one_chain(store):
    write(store, 0)

    def many():
        for _ in range(20):
            with store.write() as con:
                record(store, con, [ACT, ACT], NOW)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert found(store) == []
    with store.read() as con:
        assert con.execute(text("select count(*) from audit")).scalar() == 160


def test_an_act_cannot_be_recorded_where_nothing_is_written(store):
    with pytest.raises(RuntimeError, match="write"), store.read() as con:
        record(store, con, [ACT], NOW)
