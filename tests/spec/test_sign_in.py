"""Signing in to the board: waits after failures, the end of a session, passwords."""

from datetime import timedelta

from data_contracts.board import Board
from rules.sign_in import password_problem, session_end, wait_after
from tests.spec.table import each_row, utc

WAITS = """
    failures in a row | minutes to wait
    0                 | 0
    4                 | 0
    5                 | 1  # the sixth try waits
    6                 | 2
    7                 | 4
    8                 | 8
    9                 | 15
    5000              | 15 # never locked out for good by a stranger
"""

ENDS = """
    began                | last click           | now                  | over because
    2026-01-05 15:00:00Z | 2026-01-05 16:00:00Z | 2026-01-05 16:14:59Z |
    2026-01-05 15:00:00Z | 2026-01-05 16:00:00Z | 2026-01-05 16:15:00Z | idle
    2026-01-05 15:00:00Z | 2026-01-06 02:59:00Z | 2026-01-06 02:59:59Z |
    2026-01-05 15:00:00Z | 2026-01-06 02:59:59Z | 2026-01-06 03:00:00Z | long
    2026-01-05 15:00:00Z | 2026-01-05 15:00:00Z | 2026-01-05 14:59:59Z | long # set back
"""

PASSWORDS = """
    password            | will do
    correct horse bat   | yes
    correcthorsebat     | yes
    correct horse b     | yes # fifteen, a blank counts
    correct horse       | no
    aaaaaaaaaaaaaaaaaaa | no
    ababababababababab  | no
    maria northside pt  | no  # her name and the clinic's
    password password 1 | no
    Ünïcode wörds héré  | yes
"""

TABLES = {
    "Sign-in: how long a name waits after failures": WAITS,
    "Sign-in: when a session is over": ENDS,
    "Sign-in: which passwords will do": PASSWORDS,
}


@each_row(WAITS)
def test_a_name_waits_longer_with_each_failure(failures_in_a_row, minutes_to_wait):
    assert wait_after(int(failures_in_a_row)) == timedelta(minutes=int(minutes_to_wait))


@each_row(ENDS)
def test_a_session_ends_when_idle_and_at_last_in_any_case(began, last_click, now, over_because):
    limits = Board()
    end = session_end(utc(began), utc(last_click), utc(now), limits.idle, limits.session)
    assert (end or "") == over_because


@each_row(PASSWORDS)
def test_a_password_is_long_and_more_than_known_words(password, will_do):
    assert (password_problem(password, "maria", "Northside PT") is None) is (will_do == "yes")
