"""The login: authorization code with PKCE, as Keycloak serves it for Jane."""

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from sandbox.jane import jwt
from sandbox.jane.session import Refused
from sandbox.refusal import Refusal
from sandbox.world import JANE_CLINICS, World

ROOT = "/jane/realms/jane"
SCOPES = (
    "appointments:read",
    "patients:read",
    "staff_members:read",
    "locations:read",
    "treatments:read",
    "disciplines:read",
    "companies:read",
    "webhooks:read",
    "webhooks:create",
    "webhooks:update",
    "webhooks:delete",
)
Form = dict[str, str]


async def form(request: Request) -> Form:
    """The posted fields; read here, because only a coroutine may await the body."""
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def router(world: World) -> APIRouter:
    """All routes of the login."""
    routes = APIRouter(prefix=ROOT)
    _consent(world, routes)
    _tokens(world, routes)
    _discovery(world, routes)
    return routes


def _consent(world: World, routes: APIRouter) -> None:
    @routes.get("/protocol/openid-connect/auth")
    def authorize(request: Request) -> Response:
        """The owner signs in and agrees at once, or not, as the tests' own door says."""
        asked = dict(request.query_params)
        wrong = _wrong_request(world, asked)
        if wrong:
            return Response(wrong, 400, media_type="text/plain")
        answer = {"state": asked.get("state", ""), "iss": world.jane.sessions.issuer}
        clinic_url, challenge = asked["resource"].rstrip("/"), asked.get("code_challenge", "")
        if not challenge or asked.get("code_challenge_method") != "S256":
            answer |= {"error": "invalid_request", "error_description": "Missing parameter: PKCE"}
        elif not world.jane.consents:
            answer |= {"error": "access_denied"}
        else:
            scope = asked.get("scope", "")
            to = asked["redirect_uri"]
            answer["code"] = world.jane.sessions.consent(clinic_url, to, challenge, scope)
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)


def _wrong_request(world: World, asked: dict[str, str]) -> str | None:
    """What makes the login show a page instead of going back."""
    clinics = [f"{world.base_url}/jane/{name}" for name in JANE_CLINICS]
    unknown = set(asked.get("scope", "").split()) - {*SCOPES, "openid", "offline_access"}
    checks = {
        "Client not found.": asked.get("client_id") != world.settings.jane_client,
        "Invalid parameter: redirect_uri": not asked.get("redirect_uri"),
        "Invalid parameter: response_type": asked.get("response_type") != "code",
        "Invalid parameter: resource": asked.get("resource", "").rstrip("/") not in clinics,
        "Invalid scopes": bool(unknown),
    }
    return next((words for words, is_wrong in checks.items() if is_wrong), None)


def _tokens(world: World, routes: APIRouter) -> None:
    where, sessions = "/protocol/openid-connect/token", world.jane.sessions

    @routes.post(where)
    def token(request: Request, given: Form = Depends(form)) -> JSONResponse:  # noqa: B008
        _client(world, request, given)
        grant = given.get("grant_type")
        with world.lock:
            try:
                if grant == "authorization_code":
                    to, verifier = given.get("redirect_uri", ""), given.get("code_verifier", "")
                    return JSONResponse(sessions.redeem(given.get("code", ""), to, verifier))
                if grant == "refresh_token":
                    return JSONResponse(sessions.refresh(given.get("refresh_token", "")))
            except Refused as why:
                raise _refusal(400, why.code, why.words) from None
        raise _refusal(400, "unsupported_grant_type", "Unsupported grant_type")

    @routes.post(where + "/introspect")
    def introspect(request: Request, given: Form = Depends(form)) -> dict[str, Any]:  # noqa: B008
        _client(world, request, given)
        claims = sessions.claims(given.get("token", ""))
        return {"active": True} | claims if claims else {"active": False}

    @routes.post("/protocol/openid-connect/revoke")
    def revoke(request: Request, given: Form = Depends(form)) -> Response:  # noqa: B008
        _client(world, request, given)
        with world.lock:
            sessions.revoke(given.get("token", ""))
        return Response(status_code=200)


def _discovery(world: World, routes: APIRouter) -> None:
    @routes.get("/protocol/openid-connect/certs")
    def certs() -> dict[str, Any]:
        return jwt.public_keys()

    @routes.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        base = f"{world.jane.sessions.issuer}/protocol/openid-connect"
        return {
            "issuer": world.jane.sessions.issuer,
            "authorization_endpoint": f"{base}/auth",
            "token_endpoint": f"{base}/token",
            "introspection_endpoint": f"{base}/token/introspect",
            "revocation_endpoint": f"{base}/revoke",
            "jwks_uri": f"{base}/certs",
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": [*SCOPES, "offline_access"],
        }


def _client(world: World, request: Request, given: Form) -> None:
    """The partner's own id and secret, in the header or in the form."""
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    try:
        basic = base64.b64decode(code).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        basic = ""
    posted = f"{given.get('client_id', '')}:{given.get('client_secret', '')}"
    if f"{world.settings.jane_client}:{world.settings.jane_secret}" not in (basic, posted):
        raise _refusal(401, "unauthorized_client", "Invalid client or Invalid client credentials")


def _refusal(status: int, code: str, words: str) -> Refusal:
    return Refusal(status, {"error": code, "error_description": words})
