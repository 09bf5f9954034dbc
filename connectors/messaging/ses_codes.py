"""Amazon SES error codes and what each means for us (SES API v2 reference, SendEmail)."""

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unconfirmed,
)
from data_contracts.remedy import Remedy

VENDOR = "ses"
MESSAGE_TAG = "ptclinic-message"
"""The tag that SES repeats in every event about a message."""

_KEY = "refuses our key. Check the access and secret key, their rights and the clock."
_ACCOUNT = "has stopped sending for this account. Look at the SES console."

CODES: dict[str, tuple[type[ConnectorError], Remedy, str]] = {
    "AccessDeniedException": (Unauthorized, Remedy.CALL_PERSON, _KEY),
    "AccountSuspendedException": (Unauthorized, Remedy.CALL_PERSON, _ACCOUNT),
    "BadRequestException": (Rejected, Remedy.GIVE_UP, "refuses the message as malformed."),
    "ExpiredTokenException": (Unauthorized, Remedy.CALL_PERSON, _KEY),
    "IncompleteSignature": (Unauthorized, Remedy.CALL_PERSON, _KEY),
    "InvalidClientTokenId": (Unauthorized, Remedy.CALL_PERSON, _KEY),
    "InvalidSignatureException": (Unauthorized, Remedy.CALL_PERSON, _KEY),
    "LimitExceededException": (RateLimited, Remedy.WAIT, "daily quota is used up. Raise it."),
    "MailFromDomainNotVerifiedException": (
        Unauthorized,
        Remedy.CALL_PERSON,
        "has not verified the sender's domain. Verify it.",
    ),
    "MessageRejected": (Rejected, Remedy.GIVE_UP, "refuses the message. Is the sender verified?"),
    "NotFoundException": (
        ContractBroken,
        Remedy.CALL_PERSON,
        "does not know the configuration set. Correct it in the clinic file.",
    ),
    "SendingPausedException": (Unauthorized, Remedy.CALL_PERSON, _ACCOUNT),
    "SignatureDoesNotMatch": (Unauthorized, Remedy.CALL_PERSON, _KEY),
    "Throttling": (RateLimited, Remedy.WAIT, "too many requests. Wait."),
    "ThrottlingException": (RateLimited, Remedy.WAIT, "too many requests. Wait."),
    "TooManyRequestsException": (RateLimited, Remedy.WAIT, "too many requests. Wait."),
    "UnrecognizedClientException": (Unauthorized, Remedy.CALL_PERSON, _KEY),
}

EVENT_CODES: dict[str, Remedy] = {
    "Permanent": Remedy.BAD_NUMBER,
    "Transient": Remedy.RETRY_LATER,
    "Undetermined": Remedy.RETRY_ONCE,
    "Suppressed": Remedy.BAD_NUMBER,
    "Reject": Remedy.REVIEW_CONTENT,
}
"""A bounce's type, and what else keeps an accepted e-mail from arriving (SES event contents)."""


def remedy_of(code: str | None) -> Remedy:
    """What to do about a code of a refusal or of an event."""
    row = CODES.get(code or "")
    return row[1] if row else EVENT_CODES.get(code or "", Remedy.GIVE_UP)


def refusal(status: int, code: str) -> ConnectorError:
    """The error for a reply that is not 2xx to a request to send."""
    if status >= 500 or status == 408:
        return Unconfirmed(VENDOR, "gave no usable answer. Wait for its event.", code=code)
    if row := CODES.get(code):
        return row[0](VENDOR, row[2], code=code)
    if status == 429:
        return RateLimited(VENDOR, code=code)
    if status in (401, 403):
        return Unauthorized(VENDOR, _KEY, code=code)
    if status < 400 or status in (404, 405):
        return ContractBroken(VENDOR, "is not at this address. Check base_url.", code=code)
    return Rejected(VENDOR, "refuses the message. Do not repeat it.", code=code)
