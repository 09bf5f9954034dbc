"""What the doctor says of e-mail, against moto's real server."""

import uuid
from typing import Any

import boto3
import pytest

from data_contracts.settings import Settings
from deployments.doctor import vendor
from deployments.doctor.check import Case, Check
from tests.cast import NOW, clinic


@pytest.fixture
def say(aws: str, secrets_of_northside: None) -> Any:
    """The doctor's lines about e-mail, for changes to that channel."""

    def lines(**email: Any) -> dict[str, Check]:
        # Whoever has no agreement is not asked: here the other vendors.
        ours = [{"vendor": "ses", "signed_on": "2025-01-01"}]
        asked = clinic(agreements=ours, email={"base_url": aws, **email})
        case = Case(asked, Settings(), NOW)
        return {one.name: one for one in vendor.examine(case) if one.subject == "email"}

    return lines


def test_with_a_queue_all_is_well_and_the_account_that_cannot_be_asked_is_told(say, aws):
    named = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    sqs = boto3.client("sqs", endpoint_url=aws, region_name="us-east-1", **named)
    url = sqs.create_queue(QueueName=f"mail-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    said = say(configuration_set="ptclinic", events_queue_url=url)
    assert {name: one.is_well for name, one in said.items()} == {
        "ses key": True,
        "ses sender": True,
        "ses events": True,
    }
    assert "could not ask" in said["ses key"].advice


def test_without_a_queue_it_says_what_is_not_heard(say):
    assert "not heard" in say()["ses events"].advice


def test_a_queue_that_is_not_there_fails_and_names_the_key(say, aws):
    gone = f"{aws}/123456789012/gone"
    events = say(configuration_set="ptclinic", events_queue_url=gone)["ses events"]
    assert not events.is_well
    assert "events_queue_url" in events.advice


def test_a_queue_without_a_configuration_set_is_no_valid_file():
    with pytest.raises(ValueError, match="name it"):
        clinic(email={"events_queue_url": "https://sqs.us-east-1.amazonaws.com/1/q"})
