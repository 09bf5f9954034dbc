"""Whoever opens what is sealed of a person is on this list, with the test that sees its row."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("connectors", "deployments", "flows", "ledger", "models", "portal", "tasks")
OPENERS = {
    "author_of",
    "card",
    "claimed_row",
    "identity",
    "opened",
    "raw_answer",
    "signers",
    "unseal",
    "unseal_quarantined",
    "unseal_text",
    "words_of",
}
"""Every function that gives back what was sealed; `people.identity` is one of them."""

AUDITED = ROOT / "tests/unit/tasks/test_audited.py"
READERS = {
    # who opens it                    the test there that fails where the row is missing
    "ledger/claiming.py:_take": "test_a_claim_names_the_message_and_why",
    "ledger/outbox.py:unconfirmed": "test_a_look_into_the_carriers_list_is_a_read",
    "ledger/inquiries.py:_taken": "test_whom_a_payer_is_asked_about_is_a_read",
    "tasks/asked_inquiry.py:known_of": "test_whom_a_payer_is_asked_about_is_a_read",
    "tasks/answering.py:_asked_as": "test_a_payer_s_answer_is_read_with_a_row",
    "tasks/answering.py:_read": "test_a_payer_s_answer_is_read_with_a_row",
    "tasks/answering.py:_others": "test_a_payer_s_answer_is_read_with_a_row",
    "ledger/coverages.py:keep_coverage": "test_a_payer_s_answer_is_read_with_a_row",
    "tasks/coverage_notes.py:_words": "test_what_is_noted_of_a_coverage_is_a_read",
    "ledger/claims.py:charges_of": "test_who_puts_a_claim_together_is_a_reader",
    "ledger/claims.py:filed_claims": "test_who_puts_a_claim_together_is_a_reader",
    "ledger/second_claims.py:filed_claim": "test_who_asks_a_second_payer_is_a_reader",
    "ledger/second_claims.py:prior_of": "test_who_asks_a_second_payer_is_a_reader",
    "ledger/second_claims.py:_fresh": "test_who_asks_a_second_payer_is_a_reader",
    "tasks/coordinating.py:_said": "test_who_asks_a_second_payer_is_a_reader",
    "tasks/claim_facts.py:cover_of": "test_who_puts_a_claim_together_is_a_reader",
    "tasks/claim_facts.py:_leaves": "test_who_puts_a_claim_together_is_a_reader",
    "tasks/claim_facts.py:_people": "test_who_puts_a_claim_together_is_a_reader",
    "tasks/claim_facts.py:_summary": "test_who_puts_a_claim_together_is_a_reader",
    "ledger/certifications.py:keep": "test_who_signed_a_plan_is_a_read",
    "tasks/certifying.py:recorded": "test_who_signed_a_plan_is_a_read",
    "tasks/progress_reporting.py:reported": "test_who_wrote_a_report_is_a_read",
    "ledger/erasure.py:_speaks_of": "test_an_erasure_says_that_they_were_read_a_last_time",
    "ledger/mending.py:_opens": "test_who_is_looked_at_after_a_lost_key_is_read",
    "ledger/erasure.py:_needles": "test_an_erasure_says_that_they_were_read_a_last_time",
    "ledger/erasure.py:_names": "test_an_erasure_says_that_they_were_read_a_last_time",
    "tasks/board_coverage.py:_opened": "test_whose_coverage_the_board_shows_is_a_read",
    "tasks/board_people.py:_person": "test_whom_the_board_names_is_a_read",
    "tasks/board_replies.py:_words": "test_a_reply_that_the_board_shows_is_a_read",
    "tasks/call_list.py:_with_names": "test_each_name_and_each_reply_on_the_call_list_is_a_read",
    "tasks/call_list.py:_identity": "test_each_name_and_each_reply_on_the_call_list_is_a_read",
    "tasks/failure.py:read_failure": "test_an_error_s_text_that_is_shown_is_a_read",
    "tasks/inbox.py:_words": "test_each_name_and_each_reply_on_the_call_list_is_a_read",
    "tasks/links.py:_birth_date": "test_a_birth_date_that_a_link_compares_is_a_read",
}
THEMSELVES = {
    # the openers, and keys that open keys
    "ledger/claiming.py:claimed_row",
    "ledger/people.py:identity",
    "ledger/certifications.py:signers",
    "ledger/progress_reports.py:author_of",
    "ledger/policies.py:card",
    "ledger/records.py:words_of",
    "ledger/coverages.py:raw_answer",
    "ledger/remittances.py:raw_answer",
    "ledger/coverages.py:opened",
    "ledger/store.py:unseal_text",
    "ledger/store.py:unseal_quarantined",
    "ledger/keys.py:_unwrap",
    "ledger/keys.py:opened",
    # another `opened`: the warehouse's, of pseudonyms alone
    "tasks/loading.py:warehouse",
    # and the doctor's, of a ledger as a whole, whose rows it counts
    "deployments/doctor/claims.py:_places",
    "deployments/doctor/insurance.py:_written",
    # what opens a practice system, of no person
    "ledger/grants.py:_kept",
    "ledger/hooks.py:hooks_of",
}
STAFF = {
    # a user's own key, no patient's; each use ends in a row of the sign-in
    "tasks/second_factor.py:accepted_step",
}


@cache
def callers() -> frozenset[str]:
    """`file:function` of every call of an opener in the product."""
    found = set()
    for package in PRODUCT:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef) and _opens(function):
                    found.add(f"{path.relative_to(ROOT)}:{function.name}")
    return frozenset(found)


def _opens(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and _name(node.func) in OPENERS for node in ast.walk(function)
    )


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_nobody_else_opens_what_is_sealed_of_a_person():
    assert callers() == set(READERS) | THEMSELVES | STAFF


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_has_a_test_of_its_row(reader):
    assert f"def {READERS[reader]}(" in AUDITED.read_text(encoding="utf-8")
