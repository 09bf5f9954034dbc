"""From when a patient is contacted as such: the age of majority, by state."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from data_contracts.law import majority
from rules.minority import adult_from
from tests.cast import person
from tests.spec.table import each_row, local

TABLE = """
    born       | lives in | clinic in | made from an age | of age on
    2008-05-10 | CO       | CO        |                  | 2026-05-10
    2008-05-10 | AL       | AL        |                  | 2027-05-10 # nineteen
    2008-05-10 | NE       | CO        |                  | 2027-05-10
    2008-05-10 | CO       | NE        |                  | 2027-05-10 # the higher age counts
    2008-05-10 | MS       | CO        |                  | 2029-05-10 # twenty-one
    2008-05-10 |          | CO        |                  | 2026-05-10 # the clinic's state
    2008-05-10 | ZZ       | CO        |                  | 2029-05-10 # unknown: the highest
    2008-02-29 | CO       | CO        |                  | 2026-03-01 # a leap day
    2008-07-01 | CO       | CO        | yes              | 2027-07-01 # may be a year off
"""

TABLES = {"Minors: from when a patient is contacted as such": TABLE}
DENVER = "America/Denver"


@each_row(TABLE)
def test_a_minor_comes_of_age_at_midnight(born, lives_in, clinic_in, made_from_an_age, of_age_on):
    patient = person(
        birth_date=datetime.fromisoformat(born).replace(tzinfo=UTC),
        state=lives_in or None,
        is_birth_date_approximate=made_from_an_age == "yes",
    )
    moment = adult_from(patient, clinic_in, ZoneInfo(DENVER), majority())
    assert moment == local(f"{of_age_on} 00:00", DENVER)


def test_without_a_birth_date_nothing_is_known():
    assert adult_from(person(), "CO", ZoneInfo(DENVER), majority()) is None
