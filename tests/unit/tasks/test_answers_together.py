"""What payers answered at one moment is kept together, and read together; none spoils another."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import event

from ledger.inquiries import take
from ledger.schema_insurance import answers
from tasks.answering import read_replies
from tasks.choosing import choose
from tasks.inquiring import _Asking
from tasks.wiring import clearinghouse
from tests.cast import NOW

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(intake):
    """Three patients' questions, taken and not asked yet, and who asks them."""
    names = [intake.patient(payer="Harbor Health Plan") for _ in range(3)]
    choose(intake.here, NOW)
    ledger, clinic = intake.here.ledger, intake.here.clinic
    taken = take(ledger, NOW, ledger.clock(), lambda _: True)
    with (
        ThreadPoolExecutor(4) as pool,
        closing(clearinghouse(clinic, intake.here.settings)) as house,
    ):
        asking = _Asking(intake.here, clinic.insurance, house, pool, NOW, time.monotonic())
        yield names, asking, taken


class Commits:
    """How often a ledger is written."""

    def __init__(self, ledger) -> None:
        self.count = 0
        event.listen(ledger.engine, "commit", self._told)

    def _told(self, con) -> None:
        self.count += not con.get_execution_options().get("read_only", False)


def statuses(intake, names):
    return [row.status for name in names for row in intake.questions(name)]


def test_answers_are_read_together_and_each_is_understood(intake, asked):
    names, asking, taken = asked
    assert asking.ask(taken) == {"answered": 3}
    commits = Commits(intake.here.ledger)
    assert read_replies(intake.here, NOW) == {"usable": 3}
    assert commits.count == 1
    assert statuses(intake, names) == ["answered"] * 3


def test_an_answer_that_no_key_opens_is_a_persons_and_spoils_none_beside_it(intake, asked):
    names, asking, taken = asked
    asking.ask(taken)
    (damaged,) = intake.rows(answers, names[1])
    with intake.here.ledger.write() as con:
        mine = answers.c.inquiry_id == damaged.inquiry_id
        con.execute(answers.update().where(mine).values(raw=damaged.raw[::-1]))
    assert read_replies(intake.here, NOW) == {"usable": 2, "unreadable": 1}
    assert statuses(intake, names) == ["answered", "ended", "answered"]
    assert intake.tasks(names[1]) == [("check_coverage", "answer_unreadable")]


def test_what_came_together_is_kept_together_and_what_breaks_fails_alone(intake, asked):
    names, asking, taken = asked
    came = [(one, Future()) for one in taken]
    for one, future in came:
        future.set_result(asking._inquire(one, asking._inquiry(one)))
    broken = Future()
    broken.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        asking._kept([came[0], (taken[1], broken), came[2]])
    assert sorted(statuses(intake, names)) == ["asking", "replied", "replied"]
    commits = Commits(intake.here.ledger)
    assert asking._kept(came) == {"answered": 3}
    assert commits.count == 1
    assert statuses(intake, names) == ["replied"] * 3
