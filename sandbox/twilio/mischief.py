"""What goes wrong between Twilio and a webhook, and what strangers try there."""

from collections import Counter
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.chance import draws
from sandbox.twilio.signature import sign

Share = Annotated[float, Field(ge=0, le=1)]
Forgery = Literal["bad_signature", "no_signature", "other_body", "other_url"]
FORGERIES: tuple[Forgery, ...] = ("bad_signature", "no_signature", "other_body", "other_url")
OTHER = {"Body": "STOP", "MessageStatus": "failed", "Digits": "9", "CallStatus": "failed"}


class Mischief(BaseModel):
    """Shares of callbacks that are sent again, late, before their elder, or imitated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    duplicate: Share = 0.0
    delay: Share = 0.0
    delay_seconds: Annotated[float, Field(ge=0, le=5)] = 0.3
    reorder: Share = 0.0
    forge: Share = 0.0

    def strikes(self, name: str, seed: int, fields: dict[str, str]) -> bool:
        """Whether one kind of mischief befalls this callback; the same for the same callback."""
        return _luck(name, seed, fields) < float(getattr(self, name))

    def forgery(self, seed: int, fields: dict[str, str]) -> Forgery:
        """How this callback is imitated."""
        return FORGERIES[int(_luck("how", seed, fields) * len(FORGERIES))]


def _luck(name: str, seed: int, fields: dict[str, str]) -> float:
    about = [fields.get(one, "") for one in ("MessageSid", "CallSid", "MessageStatus", "Digits")]
    return draws(seed, "mischief", name, *about)[0]


def forged(
    how: Forgery, token: str, url: str, fields: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and fields of a request that Twilio never made."""
    if how == "no_signature":
        return {}, fields
    if how == "other_body":
        changed = fields | {name: OTHER[name] for name in OTHER if name in fields}
        if changed == fields:
            changed = fields | {"AccountSid": "AC" + "0" * 32}
        return {"X-Twilio-Signature": sign(token, url, fields)}, changed
    if how == "other_url":
        return {"X-Twilio-Signature": sign(token, url + "/elsewhere", fields)}, fields
    return {"X-Twilio-Signature": sign("not-" + token, url, fields)}, fields


class Tally:
    """What became of callbacks that were sent again or imitated."""

    def __init__(self) -> None:
        self.again: Counter[int] = Counter()
        self.forged: Counter[int] = Counter()
