"""Whether what is sent resembles what was registered for 10DLC (C5)."""

import pytest

from data_contracts.message import CARE
from data_contracts.template import shipped
from rules.registration import resembles
from rules.templates import render
from tests.spec.test_templates import values

SAMPLE = (
    "Northside Physical Therapy: visit Mon Mar 2, 9:00 AM. Reply C to confirm, R to reschedule,"
    " STOP to opt out. Call 303-555-0100"
)


def said(purpose: str) -> str:
    return render(shipped()[f"{purpose}.sms.en"], values()).body


def test_a_reminder_resembles_its_sample_whatever_day_and_time():
    assert resembles(said("reminder"), [SAMPLE])
    assert resembles(said("reminder"), ["Something else.", SAMPLE.replace("Mon Mar 2", "[day]")])


@pytest.mark.parametrize(
    "sample", ["Your code is 123456.", "Northside Physical Therapy: sale on now! STOP to opt out."]
)
def test_a_sample_of_something_else_is_not_alike(sample):
    assert not resembles(said("reminder"), [sample])


def test_without_samples_nothing_is_alike():
    assert not any(resembles(said(purpose), []) for purpose in CARE)
