"""Which page a link shows, by what stands behind it."""

from data_contracts.dialogue import RequestKind, RequestStatus
from rules.link_page import LinkFacts, page_of
from tests.spec.table import each_row

_SAYS = {
    "over": {"is_over": True},
    "locked": {"is_locked": True},
    "proven": {"is_proven": True},
    "used": {"is_used": True},
    "moved": {"is_as_sent": False},
    "unlike": {"is_as_asked": False},
    "confirmed": {"is_confirmed": True},
    "offered": {"has_offer": True},
}

BEFORE = """
    stands            | shows
    -                 | birth_date
    used              | birth_date
    locked            | locked
    used locked       | locked
    moved             | changed       # by the desk, say; nothing of the visit shows
    moved used        | birth_date    # by this link, perhaps: who proves it sees what was done
    over              | expired
    over proven used  | expired
"""
AFTER = """
    stands            | wish       | status          | shows
    proven            | -          | -               | question
    proven confirmed  | -          | -               | question    # they may want otherwise now
    proven moved      | -          | -               | changed
    proven offered    | -          | -               | times       # asked for by text
    proven            | find_times | planned         | waiting
    proven            | find_times | writing         | waiting
    proven            | find_times | unconfirmed     | waiting
    proven offered    | find_times | done            | times
    proven            | find_times | done            | question    # the offer is over
    proven            | find_times | handed_to_staff | will_call
    proven used       | find_times | handed_to_staff | will_call
    proven            | move       | refused         | question    # another was quicker
    proven offered    | move       | refused         | times
    proven moved      | move       | refused         | changed
"""
DONE = """
    stands                       | wish    | status          | shows
    proven used confirmed        | -       | -               | confirmed
    proven used confirmed        | move    | refused         | confirmed    # of another wish
    proven used confirmed moved  | -       | -               | changed      # by the desk, since
    proven used                  | -       | -               | will_call    # a person was asked
    proven used                  | cancel  | writing         | waiting
    proven used moved            | cancel  | done            | cancelled
    proven used unlike           | cancel  | done            | changed      # it stands again
    proven used                  | cancel  | handed_to_staff | will_call
    proven used                  | move    | planned         | waiting
    proven used                  | move    | unconfirmed     | waiting
    proven used moved            | move    | done            | moved
    proven used moved unlike     | move    | done            | changed
    proven used                  | move    | handed_to_staff | will_call
"""
TABLES = {
    "Links: before the birth date is proven, nothing of the visit": BEFORE,
    "Links: what is shown once it is": AFTER,
    "Links: what a used one shows": DONE,
}


def facts(stands: str, wish: str = "-", status: str = "-") -> LinkFacts:
    said = {} if stands == "-" else {k: v for one in stands.split() for k, v in _SAYS[one].items()}
    kind = None if wish == "-" else RequestKind(wish)
    return LinkFacts(**said, kind=kind, status=None if status == "-" else RequestStatus(status))


@each_row(BEFORE)
def test_before_the_birth_date_nothing_of_the_visit_shows(stands, shows):
    assert page_of(facts(stands)) == shows


@each_row(AFTER)
def test_after_it_one_question_or_what_is_under_way(stands, wish, status, shows):
    assert page_of(facts(stands, wish, status)) == shows


@each_row(DONE)
def test_a_used_link_shows_what_was_done_while_it_is_true(stands, wish, status, shows):
    assert page_of(facts(stands, wish, status)) == shows
