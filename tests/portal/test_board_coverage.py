"""Insurance on the board: a word in the day, a page with every figure, to whom the table says."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from data_contracts.deed import Deed, Role
from tests.cast import NOW
from tests.portal.boarding import Board, boarding
from tests.portal.reading import section, words
from tests.unit.tasks.intake import Intake

pytestmark = pytest.mark.slow


@pytest.fixture
def intake(enter: Any, sandbox: Any) -> Intake:
    """Northside, which asks payers."""

    def house(**changes: Any) -> Any:
        return SimpleNamespace(here=enter(**changes))

    house.stedi = sandbox.stedi  # type: ignore[attr-defined]
    sandbox.forget_inquiries()
    return Intake(house)


@pytest.fixture
def board(intake: Intake) -> Iterator[Board]:
    with boarding(intake.here) as running:
        yield running


def own_visit(intake: Intake, name: str) -> str:
    (row,) = intake.visits(name)
    return str(row.visit_id)


def test_the_day_says_in_a_word_how_each_visit_is_insured(intake: Intake, board: Board) -> None:
    at = NOW + timedelta(hours=3)
    for member in ("ACTIVE", "INACTIVE", "AUTHREQ", "S503"):
        intake.patient(member, at=at)
    intake.patient(None, at=at)
    intake.verify()
    clock = section(board.somebody().get("today"), "clock")
    for said in ("active owes $30 to $115", "not in force", "active, authorization", "being asked"):
        assert said in clock


def test_a_page_shows_each_figure_with_the_payers_own_words(intake: Intake, board: Board) -> None:
    ana = intake.patient("ACTIVE")
    intake.verify()
    maria = board.somebody()
    page = maria.get(f"visits/{own_visit(intake, ana)}/coverage")
    assert page.status_code == 200
    said = words(page)
    for part in (
        "Insurance of Ana Example",
        "This visit active",
        "The patient probably owes $30 to $115",
        "Copay for a visit $30 EB*B*IND*PT",
        "Visits left 22 EB*F*IND*PT",
        "Prior authorization not needed",
        "about physical therapy (PT), answered",
        "Copay $30",
    ):
        assert part in said, part
    assert "ACTIVE" not in page.text, "the member id"
    (seen,) = [row for row in board.audited(Deed.COVERAGE_READ) if "board" in row[3]]
    assert (seen[1], seen[3]) == ("front_desk", "board: coverage")


def test_a_second_policy_stands_below_the_first_with_the_order_of_the_cards(
    intake: Intake, board: Board
) -> None:
    ana = intake.patient("COB")
    second = {"source_id": "second", "payer": "Harbor Health Plan", "rank": 2}
    intake.card(ana, "INACTIVE", **second)
    intake.verify()
    page = board.somebody().get(f"visits/{own_visit(intake, ana)}/coverage")
    said = section(page, "second")
    assert "Payer on the card Harbor Health Plan This visit not in force" in said
    assert "Meridian PPO pays first and Harbor Health Plan second, as the cards have it" in said
    assert "Meridian PPO names another payer:" in said


def test_nothing_known_is_not_inactive(intake: Intake, board: Board) -> None:
    ana = intake.patient("S503")
    intake.verify()
    said = words(board.somebody().get(f"visits/{own_visit(intake, ana)}/coverage"))
    assert "Nothing is known yet. That is not the same as inactive." in said
    assert "about the plan (30), no answer; asked again" in said
    assert "INTERNAL_ERROR" not in said


def test_a_page_begins_with_what_a_person_is_to_do(intake: Intake, board: Board) -> None:
    ana, bo = intake.patient("OTHERNAME"), intake.patient("INACTIVE")
    intake.verify()
    maria = board.somebody()
    said = words(maria.get(f"visits/{own_visit(intake, ana)}/coverage"))
    assert "This visit not verified" in said
    assert "answered about somebody else; not used" in said
    assert "Nothing is known. That is not the same as inactive." in said
    assert said.index("What to do") < said.index("What the payer says")
    said = words(maria.get(f"visits/{own_visit(intake, bo)}/coverage"))
    assert "What to do Find out how the visit is paid" in said
    assert "Why no sum is given" in said


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.CONSULTANT])
def test_who_may_see_no_names_sees_the_figures_without(
    intake: Intake, board: Board, role: Role
) -> None:
    ana = intake.patient("ACTIVE")
    intake.verify()
    page = board.somebody("sam", role).get(f"visits/{own_visit(intake, ana)}/coverage")
    assert page.status_code == 200
    assert "Copay for a visit" in page.text
    assert "Example" not in page.text


def test_an_unknown_visit_is_no_page(board: Board) -> None:
    assert board.somebody().get(f"visits/{'0' * 32}/coverage").status_code == 404


def test_the_clinic_files_part_decides_whether_the_day_speaks_of_it(enter: Any) -> None:
    with boarding(enter()) as running:
        assert "Insurance" not in running.somebody().get("today").text
