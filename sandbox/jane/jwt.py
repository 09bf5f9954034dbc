"""Bearer tokens as Keycloak makes them: JWTs signed with RS256."""

import base64
import json
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

KEY_ID = "sandbox"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def coded(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Back from `coded`; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def make(claims: dict[str, Any]) -> str:
    """A signed token."""
    head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
    signed = ".".join(coded(json.dumps(part).encode()) for part in (head, claims))
    return f"{signed}.{coded(_key().sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def read(token: str) -> dict[str, Any] | None:
    """The claims of a token that we signed; null for any other."""
    signed, _, signature = token.rpartition(".")
    try:
        _key().public_key().verify(
            decoded(signature), signed.encode(), padding.PKCS1v15(), SHA256()
        )
        claims: dict[str, Any] = json.loads(decoded(signed.partition(".")[2]))
    except (InvalidSignature, ValueError):
        return None
    return claims


def public_keys() -> dict[str, Any]:
    """What the `certs` route shows."""
    numbers = _key().public_key().public_numbers()
    parts = {"n": numbers.n, "e": numbers.e}
    shown = {name: coded(n.to_bytes((n.bit_length() + 7) // 8)) for name, n in parts.items()}
    return {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID} | shown]}
