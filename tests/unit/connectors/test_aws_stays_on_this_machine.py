"""In a sandbox nothing of ours reaches Amazon, not even through the machine's own proxy."""

import uuid
from typing import Any

import boto3
import pytest

from connectors.custody.aws_kms import AwsKms
from connectors.files.s3_folder import S3Folder
from data_contracts.errors import GateClosed
from tests.cast import NOWHERE

_KEYS = {"access_key": "key", "secret_key": "secret"}


@pytest.mark.parametrize(
    "base_url", [None, "https://aws.example.com", "http://aws.example.com", "not an address"]
)
def test_a_sandbox_refuses_amazon_and_every_other_machine(base_url: str | None) -> None:
    with pytest.raises(GateClosed):
        AwsKms("alias/northside", "northside", base_url=base_url, sandbox=True)
    with pytest.raises(GateClosed):
        S3Folder("drop", base_url=base_url, sandbox=True)


def test_plain_http_is_refused_live_too() -> None:
    with pytest.raises(GateClosed, match="in clear"):
        AwsKms("alias/northside", "northside", base_url="http://kms.example.com")
    with pytest.raises(GateClosed, match="in clear"):
        S3Folder("drop", base_url="http://s3.example.com")


def test_no_proxy_of_the_environment_stands_in_between(
    aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, own = f"drop-{uuid.uuid4().hex[:8]}", _client_settings(aws)
    boto3.client("s3", **own).create_bucket(Bucket=bucket)
    key = boto3.client("kms", **own).create_key()["KeyMetadata"]["KeyId"]
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, NOWHERE)
    assert S3Folder(bucket, base_url=aws, sandbox=True, **_KEYS).list() == []
    kms = AwsKms(key, "northside", base_url=aws, sandbox=True, **_KEYS)
    assert kms.unwrap(kms.wrap(b"k" * 32)) == b"k" * 32


def _client_settings(aws: str) -> dict[str, Any]:
    named = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    return {"endpoint_url": aws, "region_name": "us-east-1", **named}
