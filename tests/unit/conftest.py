"""What unit tests share: a clinic whose backups go to a bucket."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

AGREED = [{"vendor": one, "signed_on": "2025-01-01"} for one in ("cliniko", "twilio", "ses", "aws")]
_BUCKET = "northside-backups"


@pytest.fixture
def bucket(
    aws: str, write_file: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """An empty bucket of moto's S3; called, it writes the clinic file that goes with it."""
    for name, value in (("NORTH_AWS_KEY", "key"), ("NORTH_AWS_SECRET", "secret")):
        monkeypatch.setenv(name, value)
    named = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    s3 = boto3.client("s3", endpoint_url=aws, region_name="us-east-1", **named)
    s3.create_bucket(Bucket=_BUCKET)
    for one in s3.list_objects_v2(Bucket=_BUCKET).get("Contents", []):
        s3.delete_object(Bucket=_BUCKET, Key=one["Key"])
    keys = {"access_key": "NORTH_AWS_KEY", "secret_key": "NORTH_AWS_SECRET", "base_url": aws}

    def agreed(agreements: list[Any] | None = None, **changes: Any) -> Any:
        said = keys | {"to": f"s3://{_BUCKET}/daily"} | changes
        write_file(agreements=AGREED if agreements is None else agreements, backups=said)
        return s3

    return agreed
