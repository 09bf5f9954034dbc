"""Jane's login: OAuth 2.0 authorization code with PKCE, and refresh tokens that work once."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.errors import ContractBroken
from connectors.http import VendorClient, as_object
from connectors.practice.jane_codes import SCOPES, VENDOR, error_code
from data_contracts.errors import UserError
from data_contracts.grant import Grant

_OPENID = "protocol/openid-connect"


@dataclass(frozen=True)
class Attempt:
    """One try to connect: where the clinic agrees, and what proves that the answer is to us."""

    address: str
    redirect_url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


class Login:
    """The login of one clinic, as the partner who has this client id and secret."""

    def __init__(
        self,
        login_url: str,
        client_id: str,
        client_secret: str,
        clinic_url: str,
        *,
        sandbox: bool = False,
        timeout: float = 15.0,
    ) -> None:
        self.clinic_url, self._client_id = clinic_url.rstrip("/"), client_id
        self._client = VendorClient(
            VENDOR,
            login_url,
            sandbox=sandbox,
            auth=(client_id, client_secret),
            timeout=timeout,
            deadline=20.0,
            requests_per_minute=600,
            error_code=error_code,
        )

    @property
    def issuer(self) -> str:
        """Who signs the answers; an answer that names another is not to us (RFC 9207)."""
        return self._client.base_url

    def begin(self, redirect_url: str) -> Attempt:
        """A fresh try: an address for the clinic's browser."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_url,
            "scope": " ".join(SCOPES),
            "state": state,
            "resource": self.clinic_url,
            "prompt": "consent",
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = f"{self._client.base_url}/{_OPENID}/auth?{urlencode(asked)}"
        return Attempt(address, redirect_url, state, verifier)

    def code_of(self, attempt: Attempt, answer: Mapping[str, str]) -> str:
        """The code in what the browser brought back; a bare code was typed by a person.

        Raises UserError for a refusal, or an answer that is not to this attempt.
        """
        if said := answer.get("error"):
            why = said if re.fullmatch(r"[a-z_]{1,40}", said) else "an unknown error"
            raise UserError(f"Jane's login says {why}: the clinic did not agree; try again")
        state, issuer = answer.get("state"), answer.get("iss")
        is_other = state is not None and not hmac.compare_digest(state, attempt.state)
        if is_other or (issuer is not None and issuer.rstrip("/") != self.issuer):
            raise UserError("that answer is to another try; open the address printed last")
        if not answer.get("code") or (state is None and set(answer) != {"code"}):
            raise UserError("there is no code in it; paste the whole address where it ended")
        return answer["code"]

    def redeem(self, attempt: Attempt, code: str, wall: datetime) -> Grant:
        """Tokens for the code that came back. Raises ConnectorError."""
        return self._tokens(
            wall,
            grant_type="authorization_code",
            code=code,
            redirect_uri=attempt.redirect_url,
            code_verifier=attempt.verifier,
        )

    def refresh(self, token: str, wall: datetime) -> Grant:
        """The next two tokens; the one given is used up. Raises ConnectorError.

        Unconfirmed: it may be used up all the same, and what it bought is lost.
        """
        return self._tokens(wall, grant_type="refresh_token", refresh_token=token)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _tokens(self, wall: datetime, **fields: str) -> Grant:
        answer = as_object(VENDOR, self._client.send_form(f"{_OPENID}/token", fields))
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not isinstance(access, str) or not isinstance(refresh, str):
            raise ContractBroken(VENDOR, "no tokens in the login's answer.", code="no_tokens")
        # Counted from before the request left: a token that ends early costs one refresh, no more.
        return Grant(
            access=access,
            refresh=refresh,
            access_until=wall + _seconds(answer, "expires_in", 300),
            refresh_until=wall + _seconds(answer, "refresh_expires_in", 1800),
        )


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _seconds(answer: dict[str, Any], name: str, otherwise: int) -> timedelta:
    said = answer.get(name)
    return timedelta(seconds=said if isinstance(said, int) and said > 0 else otherwise)
