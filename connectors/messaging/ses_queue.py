"""The SQS queue into which SES's events fall: read, and forgotten only when they are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from connectors.address import is_loopback, require_safe_address
from connectors.errors import ConnectorError, ContractBroken, Unauthorized, Unavailable
from connectors.messaging.base import hush

VENDOR = "ses"
"""The queue belongs to the account that sends: one agreement covers both."""

T = TypeVar("T")
_ABSENT = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_BATCH = 10
_WAIT = 1
"""Seconds. Without waiting SQS asks some of its machines only and may miss what is there."""


class _Sqs(Protocol):
    """The three requests we make; the typing package for this service is not installed."""

    def receive_message(self, **request: Any) -> dict[str, Any]: ...
    def delete_message_batch(self, **request: Any) -> dict[str, Any]: ...
    def get_queue_attributes(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the queue: its body, and the handle by which it is forgotten."""

    handle: str = field(repr=False)
    body: str = field(repr=False)


class SesQueue:
    """At least once and in no order: whoever reads must know a repetition."""

    name = VENDOR

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        queue_url: str,
        *,
        region: str = "us-east-1",
        sandbox: bool = False,
        timeout: float = 10.0,
        hidden_for: int = 120,
    ) -> None:
        """`hidden_for`: seconds after which what was received but not forgotten comes again."""
        require_safe_address(queue_url, sandbox)
        hush("botocore", "boto3", "urllib3")
        self._url = queue_url
        self._hidden_for = hidden_for
        self._sqs = _open(access_key, secret_key, queue_url, region, timeout)

    def receive(self) -> list[Letter]:
        """Up to ten letters, hidden from others for a while; none when the queue is empty."""
        answer = _ask(
            lambda: self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_BATCH,
                WaitTimeSeconds=_WAIT,
                VisibilityTimeout=self._hidden_for,
            )
        )
        return [Letter(one["ReceiptHandle"], one["Body"]) for one in answer.get("Messages", [])]

    def forget(self, letters: list[Letter]) -> None:
        """Delete what has been kept. One that is not deleted comes again, and changes nothing."""
        entries = [{"Id": str(n), "ReceiptHandle": one.handle} for n, one in enumerate(letters)]
        if entries:
            _ask(lambda: self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries))

    def check(self) -> list[tuple[str, bool, str]]:
        """For `ptclinic doctor`: whether the queue is there and may be read."""
        try:
            _ask(lambda: self._sqs.get_queue_attributes(QueueUrl=self._url))
        except ConnectorError as error:
            return [("ses events", False, str(error))]
        return [("ses events", True, "the queue answers")]


def _open(access_key: str, secret_key: str, url: str, region: str, timeout: float) -> _Sqs:
    parts = urlsplit(url)
    settings = Config(
        retries={"total_max_attempts": 2, "mode": "standard"},
        connect_timeout=timeout,
        read_timeout=timeout + _WAIT,
        # A proxy from the environment would carry a sandbox's request off this machine.
        proxies={} if is_loopback(parts.hostname) else None,
    )
    session: Any = boto3.session.Session(access_key, secret_key, region_name=region)
    opened: _Sqs = session.client(
        "sqs", endpoint_url=f"{parts.scheme}://{parts.netloc}", config=settings
    )
    return opened


def _ask(do: Callable[[], T]) -> T:
    """What `do` returns; boto3's exceptions become ours, without the cause."""
    try:
        return do()
    except aws.ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        failure = _refusal(status, error.response.get("Error", {}).get("Code") or str(status))
    except (aws.BotoCoreError, ValueError, KeyError) as error:
        name = type(error).__name__
        failure = Unavailable(VENDOR, "the queue of its events cannot be reached.", code=name)
    raise failure


def _refusal(status: int, code: str) -> ConnectorError:
    if code in _ABSENT or status in (404, 405):
        return ContractBroken(VENDOR, "has no such queue. Check events_queue_url.", code=code)
    if status in (401, 403):
        words = "refuses our key at the queue. It needs to receive, delete and read attributes."
        return Unauthorized(VENDOR, words, code=code)
    return Unavailable(VENDOR, "the queue of its events gave no usable answer.", code=code)
