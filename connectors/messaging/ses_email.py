"""E-mail through Amazon SES, API v2."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from connectors.address import is_loopback, require_safe_address
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unavailable, Unconfirmed
from connectors.messaging.base import Accepted, Found, Outgoing, hush
from connectors.messaging.ses_codes import MESSAGE_TAG, VENDOR, refusal, remedy_of
from data_contracts.message import Channel
from data_contracts.remedy import Remedy

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageHeaderTypeDef, SendEmailRequestTypeDef

T = TypeVar("T")

_ONE_AT_A_TIME = Lock()
_UNSENT = (aws.EndpointConnectionError, aws.ConnectTimeoutError, aws.ProxyConnectionError)


class SesEmail:
    """Sends e-mail from one verified address."""

    name = VENDOR
    channel = Channel.EMAIL
    can_look = False
    list_lag = timedelta(minutes=15)

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        sender: str,
        *,
        region: str = "us-east-1",
        base_url: str | None = None,
        configuration_set: str | None = None,
        unsubscribe_url: str | None = None,
        unsubscribe_token: Callable[[str], str] = str,
        sandbox: bool = False,
        timeout: float = 10.0,
    ) -> None:
        """`unsubscribe_token` signs a message id, so that nobody else can end another's e-mail."""
        address = base_url or f"https://email.{region}.amazonaws.com"
        require_safe_address(address, sandbox)
        hush("botocore", "boto3", "urllib3")
        self._client = _open(access_key, secret_key, region, address, timeout)
        self._sender = sender
        self._configuration_set = configuration_set
        self._unsubscribe_url = unsubscribe_url.rstrip("/") if unsubscribe_url else None
        self._unsubscribe_token = unsubscribe_token

    def send(self, message: Outgoing) -> Accepted:
        """Hand it over once, never retrying. SES cannot be asked later what it took."""
        if not message.subject:
            raise Rejected(VENDOR, "an e-mail has no subject. Check the template.", code="subject")
        request = self._request(message, message.subject)
        answer = _ask(lambda: self._client.send_email(**request))
        if not answer.get("MessageId"):
            raise Unconfirmed(VENDOR, "accepted it without an id. Wait for its event.", code="id")
        return Accepted(answer["MessageId"])

    def find(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Found | None:
        """Never anything: `can_look` is false, so nobody may conclude absence from this None."""
        return None

    def remedy(self, code: str | None) -> Remedy:
        """What to do about one of SES's codes."""
        return remedy_of(code)

    def check(self) -> list[tuple[str, bool, str]]:
        """Key, whether sending is enabled, and whether the sender is verified."""
        try:
            account = _ask(self._client.get_account)
        except ContractBroken:
            # Amazon always answers this; a stand-in for it may not. The sender says more.
            words = "could not ask for the account; if this is Amazon, correct base_url."
            return [("ses key", True, words), self._check_sender()]
        except ConnectorError as error:
            return [("ses key", False, str(error))]
        sends = account.get("SendingEnabled", False)
        words = "enabled" if sends else "sending is off. Look at the SES console."
        return [("ses key", True, "accepted"), ("ses sending", sends, words), self._check_sender()]

    def _check_sender(self) -> tuple[str, bool, str]:
        for identity in (self._sender, self._sender.partition("@")[2]):
            try:
                found = _ask(lambda name=identity: self._identity(name))  # type: ignore[misc]
            except ConnectorError:
                continue
            if found:
                return "ses sender", True, "verified"
        return "ses sender", False, "not verified. Verify the address or its domain in SES."

    def _identity(self, name: str) -> bool:
        said = self._client.get_email_identity(EmailIdentity=name)
        return said["VerifiedForSendingStatus"] or said.get("VerificationStatus") == "SUCCESS"

    def _request(self, message: Outgoing, subject: str) -> "SendEmailRequestTypeDef":
        text = {"Data": message.body, "Charset": "UTF-8"}
        html = {"Html": {"Data": message.html, "Charset": "UTF-8"}} if message.html else {}
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [message.to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": subject, "Charset": "UTF-8"},
                    "Body": {"Text": text, **html},  # type: ignore[typeddict-item]
                    "Headers": self._headers(message),
                }
            },
            "EmailTags": [{"Name": MESSAGE_TAG, "Value": message.message_id}],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request

    def _headers(self, message: Outgoing) -> list["MessageHeaderTypeDef"]:
        return self._unsubscribe(message.message_id) if message.is_to_patient else []

    def _unsubscribe(self, message_id: str) -> list["MessageHeaderTypeDef"]:
        """RFC 2369, and RFC 8058's one click where there is a page for it."""
        mail = f"<mailto:{self._sender}?subject=unsubscribe%20{message_id}>"
        if not self._unsubscribe_url:
            return [{"Name": "List-Unsubscribe", "Value": mail}]
        page = f"<{self._unsubscribe_url}/{self._unsubscribe_token(message_id)}>"
        return [
            {"Name": "List-Unsubscribe", "Value": f"{page}, {mail}"},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
        ]


def _open(
    access_key: str, secret_key: str, region: str, address: str, timeout: float
) -> "SESV2Client":
    settings = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=timeout,
        read_timeout=timeout,
        # A proxy from the environment would carry a sandbox's request off this machine.
        proxies={} if is_loopback(urlsplit(address).hostname) else None,
    )
    # A session is not safe for several threads; the clients that it makes are.
    with _ONE_AT_A_TIME:
        return _session().client(
            "sesv2",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name=region,
            endpoint_url=address,
            config=settings,
        )


@cache
def _session() -> boto3.session.Session:
    """One for the process, with nobody's keys: it reads megabytes of what AWS offers, once."""
    return boto3.session.Session()


def _ask(do: Callable[[], T]) -> T:
    """What `do` returns; boto3's exceptions become ours, without the cause, which holds PHI."""
    try:
        return do()
    except aws.ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        failure = refusal(status, error.response.get("Error", {}).get("Code") or str(status))
    except aws.ParamValidationError:
        failure = Rejected(VENDOR, "the message cannot be written as a request.", code="request")
    except aws.SSLError:
        failure = ContractBroken(VENDOR, "has an untrusted certificate.", code="certificate")
    except _UNSENT as error:
        name = type(error).__name__
        failure = Unavailable(VENDOR, "cannot be reached. Nothing was sent.", code=name)
    except (aws.BotoCoreError, ValueError, KeyError) as error:
        name = type(error).__name__
        failure = Unconfirmed(VENDOR, "gave no usable answer. Wait for its event.", code=name)
    raise failure
