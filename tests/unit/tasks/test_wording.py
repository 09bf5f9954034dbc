"""A message speaks the patient's language where the clinic does, and the clinic's own time."""

from datetime import UTC, datetime

import pytest

from data_contracts.message import Channel, Purpose
from rules.wording import spoken_language, words
from tests.cast import clinic

STARTS = datetime(2026, 1, 6, 17, 30, tzinfo=UTC)  # half past ten in Denver


@pytest.mark.parametrize(
    ("spoken", "wanted", "said"),
    [(["en", "es"], "es", "es"), (["en"], "es", "en"), (["es", "en"], "fr", "es")],
)
def test_a_language_that_the_clinic_does_not_speak_becomes_its_first(
    spoken: list[str], wanted: str, said: str
) -> None:
    assert spoken_language(clinic(languages=spoken), wanted) == said


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.VOICE])
def test_every_reminder_names_clinic_and_local_time(channel: Channel, language: str) -> None:
    house = clinic(languages=["en", "es"])
    said = words(house, Purpose.REMINDER, channel, language, [STARTS], "Follow-up")
    text = " ".join(part for part in (said.body, said.subject) if part)
    assert "Northside PT" in text
    assert "10:30" in text
    assert "17:30" not in text


def test_the_words_of_a_kind_of_visit_are_said_for_that_kind_alone() -> None:
    kinds = [{"name": "Initial", "instructions": {"en": "Please bring your referral."}}]
    house = clinic(visit_types=kinds)
    asked = (house, Purpose.REMINDER, Channel.EMAIL, "en", [STARTS])
    assert "Please bring your referral." in words(*asked, "Initial").body
    assert "referral" not in words(*asked, "Follow-up").body
    assert "referral" not in words(*asked, None).body
