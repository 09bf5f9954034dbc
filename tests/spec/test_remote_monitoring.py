"""Remote therapeutic monitoring: a month's days and minutes as codes."""

from datetime import date

import pytest

from data_contracts.law import UnknownLaw
from data_contracts.monitoring_code import monitoring_codes
from rules.remote_monitoring import device_code, management_codes, setup_code
from tests.spec.table import each_row

DEVICE = """
    on         | days | code
    2026-01-01 | 0    |
    2026-01-01 | 1    |
    2026-01-01 | 2    | 98985
    2026-01-01 | 15   | 98985
    2026-01-01 | 16   | 98977
    2026-01-01 | 30   | 98977
    2025-12-31 | 15   |       # before 2026 sixteen days or nothing
    2025-12-31 | 16   | 98977
"""
MANAGEMENT = """
    on         | minutes | talked | codes
    2026-01-01 | 9       | yes    |
    2026-01-01 | 10      | yes    | 98979
    2026-01-01 | 19      | yes    | 98979
    2026-01-01 | 20      | yes    | 98980
    2026-01-01 | 39      | yes    | 98980
    2026-01-01 | 40      | yes    | 98980 98981
    2026-01-01 | 59      | yes    | 98980 98981
    2026-01-01 | 60      | yes    | 98980 98981x2
    2026-01-01 | 60      | no     |               # nobody talked to the patient
    2025-12-31 | 19      | yes    |
    2025-12-31 | 20      | yes    | 98980
"""
TABLES = {
    "Remote monitoring: days with data, of thirty": DEVICE,
    "Remote monitoring: minutes of a calendar month": MANAGEMENT,
}


@each_row(DEVICE)
def test_days_with_data_are_one_device_code(on, days, code):
    found = device_code(int(days), date.fromisoformat(on), monitoring_codes())
    assert found == (code or None)


@each_row(MANAGEMENT)
def test_minutes_of_a_month_are_management_codes(on, minutes, talked, codes):
    found = management_codes(
        int(minutes), date.fromisoformat(on), monitoring_codes(), has_talked=talked == "yes"
    )
    wanted = [one.partition("x") for one in codes.split()]
    assert found == {code: int(times or 1) for code, _, times in wanted}


def test_setting_up_is_billed_once_an_episode():
    assert setup_code(monitoring_codes(), is_billed=False) == "98975"
    assert setup_code(monitoring_codes(), is_billed=True) is None


def test_a_day_before_the_first_codes_is_an_error():
    with pytest.raises(UnknownLaw, match="unknown for services of 2021-12-31"):
        device_code(16, date(2021, 12, 31), monitoring_codes())
