"""A machine offers times only in a practice system that it can book; elsewhere a person calls."""

from dataclasses import fields, replace

from data_contracts.capabilities import CAPABILITIES, Capabilities
from rules.promise import Promise, promise_of
from tests.spec.table import each_row

SYSTEMS = """
    system       | may do by itself                                                        | promise
    cliniko      | can_read can_write_status can_book can_cancel sees_openings sees_patients can_log_message | offer_times
    jane         | can_read has_webhooks sees_patients                                     | we_will_call # its API writes no appointment and shows no opening
    report_files | can_read sees_patients                                                  | we_will_call
"""  # noqa: E501
FLAGS = """
    can book | sees openings | promise
    yes      | yes           | offer_times
    yes      | no            | we_will_call # nothing to offer
    no       | yes           | we_will_call # a time we show may be gone before a person books it
    no       | no            | we_will_call
"""
TABLES = {"Practice systems: what each can do": SYSTEMS, "Asked for another time": FLAGS}


@each_row(SYSTEMS)
def test_each_system_says_what_it_can_do_and_promises_no_more(system, may_do_by_itself, promise):
    capabilities = CAPABILITIES[system]
    can = {one.name for one in fields(capabilities) if getattr(capabilities, one.name) is True}
    assert can == set(may_do_by_itself.split())
    assert promise_of(capabilities) == Promise(promise)


@each_row(FLAGS)
def test_times_are_offered_only_where_we_can_book_them(can_book, sees_openings, promise):
    system = replace(
        Capabilities(can_read=True),
        can_book=can_book == "yes",
        sees_openings=sees_openings == "yes",
    )
    assert promise_of(system) == Promise(promise)


def test_every_system_stands_in_the_table():
    assert {row.split("|")[0].strip() for row in SYSTEMS.strip().splitlines()[1:]} == set(
        CAPABILITIES
    )
