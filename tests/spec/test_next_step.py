"""The morning's queue: one act a visit, and which visits are in it."""

from data_contracts.message import RiskTier
from rules.next_step import Standing, is_queued
from rules.next_step import next_step as step_of
from tests.spec.table import each_row

STEPS = """
    reply | change | call | confirmed | called | told | will hear | next step
    yes   | yes    | yes  | yes       |        | yes  | yes       | read the reply
          | yes    | yes  | yes       |        | yes  |           | change the book
          |        | yes  | yes       |        | yes  |           | call
          |        | yes  |           |        |      | yes       | call
          |        |      | yes       |        |      | yes       | nothing
          |        |      |           | yes    |      |           | nothing
          |        |      |           |        | yes  | yes       | wait
          |        |      |           |        |      | yes       | wait
          |        |      |           |        | yes  |           | nothing
          |        |      |           |        |      |           | put on the call list
"""

QUEUED = """
    arm      | tier   | in the queue
    treated  | high   | yes
    treated  | medium | yes
    treated  | low    | no
    treated  |        | no  # not scored yet
    held_out | high   | no  # a list by risk would be the extra that a hold-out leaves out
    held_out | medium | no
    anything | high   | no
"""

TABLES = {
    "The morning's queue: the next step": STEPS,
    "The morning's queue: which visits are in it": QUEUED,
}


@each_row(STEPS)
def test_the_most_urgent_act_is_shown(
    reply, change, call, confirmed, called, told, will_hear, next_step
):
    standing = Standing(
        has_reply=bool(reply),
        has_change=bool(change),
        has_call=bool(call),
        is_confirmed=bool(confirmed),
        was_called=bool(called),
        was_told=bool(told),
        will_hear=bool(will_hear),
    )
    assert step_of(standing).value == next_step


@each_row(QUEUED)
def test_a_held_out_visit_enters_no_list_ordered_by_risk(arm, tier, in_the_queue):
    assert is_queued(arm, RiskTier(tier) if tier else None) is (in_the_queue == "yes")
