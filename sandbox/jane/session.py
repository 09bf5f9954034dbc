"""Who was let in: codes, sessions, and refresh tokens that work once."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from sandbox.jane import jwt

CODE_SECONDS = 60


@dataclass
class Code:
    """An authorization code; it works once, for who asked, with the verifier behind its hash."""

    clinic_url: str
    redirect_uri: str
    challenge: str
    scope: str
    until: float
    session: str | None = None


@dataclass
class Session:
    """What one consent opened: one clinic, one staff member; the one refresh token that counts."""

    name: str
    clinic_url: str
    scope: str
    refresh: str
    until: float
    is_over: bool = False


class Refused(Exception):
    """The token route says no; the OAuth error code and its description."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code, self.words = code, words


class Sessions:
    """All of them. `ahead` is how far the login's clock runs before the machine's."""

    def __init__(self, issuer: str, access_seconds: int, refresh_seconds: int) -> None:
        self.issuer = issuer
        self.access_seconds, self.refresh_seconds = access_seconds, refresh_seconds
        self.ahead = 0.0
        self.refreshed = self.reused = 0
        self._codes: dict[str, Code] = {}
        self._sessions: dict[str, Session] = {}

    def now(self) -> float:
        """The login's clock, UNIX seconds."""
        return time.time() + self.ahead

    def consent(self, clinic_url: str, redirect_uri: str, challenge: str, scope: str) -> str:
        """The owner agreed: a code for the redirect."""
        code = secrets.token_urlsafe(32)
        until = self.now() + CODE_SECONDS
        self._codes[code] = Code(clinic_url, redirect_uri, challenge, scope, until)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """Tokens for a code; raises Refused. A code that comes twice ends what it opened."""
        kept = self._codes.get(code)
        if kept is None or kept.until < self.now() or kept.redirect_uri != redirect_uri:
            raise Refused("invalid_grant", "Code not valid")
        if kept.session is not None:
            self._sessions[kept.session].is_over = True
            raise Refused("invalid_grant", "Code not valid")
        if jwt.coded(hashlib.sha256(verifier.encode()).digest()) != kept.challenge:
            raise Refused("invalid_grant", "PKCE verification failed: Code mismatch")
        session = Session(secrets.token_hex(8), kept.clinic_url, kept.scope, "", 0.0)
        kept.session = session.name
        self._sessions[session.name] = session
        return self._issue(session)

    def refresh(self, token: str) -> dict[str, Any]:
        """New tokens for a refresh token; raises Refused. One that was used ends its session."""
        session = self._of(token)
        if session is None or session.is_over or session.until < self.now():
            raise Refused("invalid_grant", "Session not active")
        if session.refresh != token:
            self.reused += 1
            session.is_over = True
            raise Refused("invalid_grant", "Maximum allowed refresh token reuse exceeded")
        self.refreshed += 1
        return self._issue(session)

    def revoke(self, token: str) -> None:
        """End the session of a token; an unknown one is no error (RFC 7009)."""
        session = self._of(token)
        if session is not None:
            session.is_over = True

    def end_all(self) -> None:
        """The clinic takes every consent back."""
        for session in self._sessions.values():
            session.is_over = True

    def claims(self, access: str) -> dict[str, Any] | None:
        """The claims of an access token that is still good."""
        claims = jwt.read(access)
        if claims is None or claims.get("typ") != "Bearer" or claims["exp"] <= self.now():
            return None
        return claims

    def _of(self, token: str) -> Session | None:
        claims = jwt.read(token)
        return self._sessions.get(str(claims.get("sid"))) if claims else None

    def _issue(self, session: Session) -> dict[str, Any]:
        now = int(self.now())
        common: dict[str, Any] = {"iss": self.issuer, "sub": "owner", "azp": "partner"}
        common |= {"sid": session.name, "iat": now, "scope": session.scope}
        session.until = now + self.refresh_seconds
        session.refresh = jwt.make(
            common
            | {"typ": "Refresh", "exp": int(session.until), "jti": secrets.token_hex(8)}
            | {"aud": self.issuer}
        )
        access = common | {"typ": "Bearer", "exp": now + self.access_seconds}
        access |= {"aud": session.clinic_url, "jti": secrets.token_hex(8)}
        access |= {"resource_owner": "owner", "resource_access": {}}
        return {
            "access_token": jwt.make(access),
            "expires_in": self.access_seconds,
            "refresh_token": session.refresh,
            "refresh_expires_in": self.refresh_seconds,
            "token_type": "Bearer",
            "session_state": session.name,
            "scope": session.scope,
        }
