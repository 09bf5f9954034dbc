"""The token in an e-mail's unsubscribe address: our message's id, signed by the clinic's key."""

import hmac
from functools import cached_property
from pathlib import Path

from ledger.keys import KeyStore, keyed_hash
from ledger.master_key import FileMaster, MasterSource

_KEY = "unsubscribe"
_MAC_DIGITS = 32
"""128 bits: more than anyone tries over HTTP."""


def unsubscribe_token(keys: KeyStore, message_id: str) -> str:
    """What stands in the address; it holds no address and no name, and nobody else can make it."""
    return f"{message_id}.{_mac(keys, message_id)}"


def message_of_token(keys: KeyStore, token: str) -> str | None:
    """The message a token was made for; None where we did not make it. Constant in time."""
    message_id, _, mac = token.rpartition(".")
    is_ours = hmac.compare_digest(mac.encode(), _mac(keys, message_id).encode())
    return message_id if is_ours else None


class TokenMaker:
    """Makes a clinic's tokens; opens its keys at the first, so that a mere check needs none."""

    def __init__(self, home: Path, clinic: str, source: MasterSource | None = None) -> None:
        self._folder = home / clinic
        self._source = source or FileMaster(self._folder / "master.key")

    def __call__(self, message_id: str) -> str:
        """The token of a message. Raises SecretMissing where the clinic has no master key."""
        return unsubscribe_token(self._keys, message_id)

    @cached_property
    def _keys(self) -> KeyStore:
        return KeyStore(self._folder / "keys.db", self._source)


def _mac(keys: KeyStore, message_id: str) -> str:
    return keyed_hash(keys.key(_KEY), message_id)[:_MAC_DIGITS]
