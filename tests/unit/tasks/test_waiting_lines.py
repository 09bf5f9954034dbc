"""The waiting list and the plans of care as the desk keeps them: by ids, each act on record."""

from datetime import date

import pytest
from sqlalchemy import select

from data_contracts.errors import ImportRefused
from ledger.schema import audit
from tasks.book import keep_snapshot
from tasks.consenting import NoSuchPatient
from tasks.waiting_lines import (
    Asked,
    NotOnList,
    PlanLine,
    lines,
    plan_lines,
    plan_rows,
    put_on_list,
    set_plans,
    take_off_list,
)
from tests.cast import NOW, person, snapshot, visit


@pytest.fixture
def here(enter):
    made = enter()
    keep_snapshot(made, snapshot([person()], [visit()]), NOW)
    return made


def deeds(here):
    with here.ledger.read() as con:
        query = select(audit.c.what, audit.c.why).order_by(audit.c.sequence)
        return [tuple(row) for row in con.execute(query)][-2:]


def test_who_is_put_on_the_list_stands_there_until_the_line_is_removed(here):
    asked = Asked("visit-of-ana", None, 2, ("caro therapist",), {"weekdays": [0], "latest": None})
    line = put_on_list(here, "ana", asked, NOW)
    (found,) = lines(here, NOW)
    assert (found["patient"], found["instead_of"]) == ("ana", "visit-of-ana")
    assert found["urgency"] == "urgent"
    assert found["wishes"] == {"weekdays": [0], "therapists": ["Caro Therapist"]}
    assert take_off_list(here, line[:6], NOW) == line
    assert lines(here, NOW) == []
    assert deeds(here) == [("waiting list changed", "added"), ("waiting list changed", "removed")]
    with pytest.raises(NotOnList, match="no one line begins so"):
        take_off_list(here, line, NOW)


@pytest.mark.parametrize(
    ("patient", "asked", "error"),
    [
        ("nobody", Asked(), NoSuchPatient),
        ("ana", Asked(visit="of-somebody-else"), NotOnList),
        ("ana", Asked(therapists=("nobody",)), NotOnList),
    ],
)
def test_what_is_not_in_the_book_is_refused_and_nothing_is_kept(here, patient, asked, error):
    with pytest.raises(error, match="northside: "):
        put_on_list(here, patient, asked, NOW)
    assert lines(here, NOW) == []


def test_a_plan_of_care_is_kept_once_a_first_day_and_the_newest_shows(here, tmp_path):
    first, later = date(2026, 1, 1), date(2026, 2, 1)
    set_plans(here, [PlanLine("ana", first, 2.0), PlanLine("ana", first, 3.0)], "desk", NOW)
    assert plan_rows(here)[0]["visits_per_week"] == 3.0
    file = tmp_path / "plans.csv"
    file.write_text(f"patient,starts_on,visits_per_week,visits\nana,{later},1.5,12\n")
    assert set_plans(here, plan_lines(file), "file", NOW) == 1
    (row,) = plan_rows(here)
    assert (row["starts_on"], row["visits_per_week"], row["visits"]) == ("2026-02-01", 1.5, 12)
    assert deeds(here)[-1] == ("plan of care recorded", "file")


@pytest.mark.parametrize(
    "row", ["ana,soon,2", "ana,2026-01-01,often", "ana,2026-01-01,8", ",2026-01-01,2", "ana"]
)
def test_a_file_with_a_row_that_cannot_be_read_names_the_line_and_quotes_nothing(tmp_path, row):
    file = tmp_path / "plans.csv"
    file.write_text(f"patient,starts_on,visits_per_week\nana,2026-01-01,2\n{row}\n")
    with pytest.raises(ImportRefused, match="line 3: ") as refused:
        plan_lines(file)
    assert "ana" not in str(refused.value)
