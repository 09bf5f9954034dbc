"""How near the end of an authorization, or of a plan's visits, is on 2026-03-12."""

from datetime import date

from data_contracts.coverage import Network, VisitLimit
from rules.countdown import Grant, authorization_countdown, visits_countdown
from rules.coverage import summarize
from tests.spec.benefit_rows import DAY, answer
from tests.spec.table import each_row

AUTHORIZATIONS = """
    since | until | requested | authorized | used | band      | words
    01-01 | 06-30 | _         | 20         | 4    | far       | 16 visits of 20 authorized left
    01-01 | 04-11 | _         | 20         | 4    | soon      | 30 days left, until 2026-04-11
    01-01 | 03-27 | _         | 20         | 4    | soon      | 15 days left
    01-01 | 03-26 | _         | 20         | 4    | near      | 14 days left
    01-01 | 03-12 | _         | 20         | 4    | near      | 0 days left  # its last day
    01-01 | 03-11 | _         | 20         | 4    | over      | expired on 2026-03-11
    01-01 | 06-30 | _         | 20         | 14   | soon      | 6 visits
    01-01 | 06-30 | _         | 20         | 17   | near      | 3 visits
    01-01 | 06-30 | _         | 20         | 20   | over      | 0 visits
    01-01 | 06-30 | _         | 20         | 23   | over      | 0 visits
    _     | _     | _         | 20         | 19   | near      | 1 visit of 20
    04-01 | 06-30 | _         | 20         | 0    | not_yet   | authorized only from 2026-04-01
    _ | _ | 20 | _ | 0 | requested | 20 visits requested, none authorized yet
    01-01 | 06-30 | 20 | 8 | 2 | soon | 20 were requested  # a request grants nothing
    _     | _     | _         | _          | 0    | unknown   | neither visits nor an end
"""

LIMITS = """
    rows                                     | band | words
    F @PT vs20; F @PT p29 vs12               | far  | 12 visits left
    F @PT vs20; F @PT p29 vs6                | soon | 6 visits left
    F @PT vs20; F @PT p29 vs3                | near | 3 visits left
    F @PT vs20; F @PT p29 vs0                | over | 0 visits left
    F @33^PT vs20; F @33^PT p29 vs3          | near | 3 visits left of 33+PT
    F @PT vs20; F @PT p24 vs8; F @PT p29 vs2 | near | between 2 and 12 visits left: ask the payer
    F @PT p29 vs25; F @PT^AD p29 vs4 | soon | between 4 and 25 visits left of PT+AD: ask the payer
    F @PT p29 vs0; F @PT p29 vs9 | near | between 0 and 9 visits left: ask the payer  # or none
    F @PT vs0                                | over | 0 visits left
    F @PT vs20                               | _    | _  # nothing is said of what is left
"""
TABLES = {"Countdown: authorizations": AUTHORIZATIONS, "Countdown: the plan's visits": LIMITS}


def day(text):
    return None if text == "_" else date.fromisoformat(f"2026-{text}")


def number(text):
    return None if text == "_" else int(text)


@each_row(AUTHORIZATIONS)
def test_an_authorization_runs_out(since, until, requested, authorized, used, band, words):
    grant = Grant(day(since), day(until), number(requested), number(authorized))
    found = authorization_countdown(grant, int(used), DAY)
    assert found.band == band
    assert words in found.words


@each_row(LIMITS)
def test_a_plans_visits_run_out(rows, band, words):
    found = visits_countdown(summarize(answer(f"1 @30; {rows}"), DAY, Network.IN).visits)
    assert (found.band if found else "_") == band
    assert (found.words if found else "_") == words


def test_an_inactive_authorization_is_over():
    grant = Grant(ends_on=date(2026, 6, 30), visits_authorized=20, is_active=False)
    assert authorization_countdown(grant, 0, DAY).band == "over"


def test_no_limit_has_no_countdown():
    assert visits_countdown(VisitLimit()) is None
