"""The JSON family v3 as Stedi and Optum serve it, with the raw X12 in a field."""

import json
import uuid
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.clearinghouse.answer_271 import Rejection, Told
from sandbox.clearinghouse.broken import as_told
from sandbox.clearinghouse.code import FOLLOW_UP, REASON
from sandbox.clearinghouse.image import benefits
from sandbox.clearinghouse.inquiry import Asked, Person
from sandbox.clearinghouse.page import page
from sandbox.clearinghouse.reply import Reply
from sandbox.world import World

STEDI = "/stedi/2024-04-01/change/medicalnetwork/eligibility/v3"
OPTUM = "/optum/medicalnetwork/eligibility/v3"
_LEVELS = {"A": "payer", "B": "provider", "C": "subscriber", "D": "subscriber"}


class Unusable(Exception):
    """A body that names no question: what is wrong with it."""


def router(world: World) -> APIRouter:
    """`/eligibility/v3` and `/raw-x12` of both vendors."""
    routes = APIRouter()
    for where, vendor in ((STEDI, "stedi"), (OPTUM, "optum")):
        _add(world, routes, where, vendor)
    return routes


def _add(world: World, routes: APIRouter, where: str, vendor: str) -> None:
    async def answered(request: Request, *, raw: bool) -> Response:
        if (no := _refused(world, vendor, request)) is not None:
            return no
        try:
            body = await _json(request)
            question = _x12(body, vendor) if raw else _asked(body)
        except Unusable as why:
            return _error(400, "INVALID_REQUEST", str(why))
        origin = request.headers.get("x-forwarded-for", "")
        if isinstance(question, str):
            return _sent(await world.hub.inquire(vendor, question, origin), vendor)
        return _sent(await world.hub.ask(vendor, question, origin), vendor)

    @routes.post(where)
    @routes.post(where + "/")
    async def inquire(request: Request) -> Response:
        return await answered(request, raw=False)

    @routes.post(where + "/raw-x12")
    async def raw(request: Request) -> Response:
        return await answered(request, raw=True)


def _refused(world: World, vendor: str, request: Request) -> Response | None:
    given = request.headers.get("authorization", "")
    if vendor == "optum":
        return None if world.tokens.knows(given) else _error(401, "UNAUTHORIZED", "Invalid token")
    key = world.settings.clearinghouse_key
    fine = given in (key, f"Key {key}")
    return None if fine else _error(403, "ACCESS_DENIED", "The API key is not valid")


def _x12(body: dict[str, Any], vendor: str) -> str:
    text = body.get("x12")
    if not isinstance(text, str) or not text.strip():
        raise Unusable("x12: is required")
    if vendor == "optum" and text.strip()[104:105] != ":":
        raise Unusable("x12: ISA16 must be a colon")
    return text.strip()


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Unusable("the body is no JSON") from None
    if not isinstance(body, dict):
        raise Unusable("the body is no object")
    return body


def _asked(body: dict[str, Any]) -> Asked:
    """The question of a JSON body; Unusable names the first missing field."""
    provider, subscriber = _object(body, "provider"), _object(body, "subscriber")
    payer_id = str(body.get("tradingPartnerServiceId") or "")
    if not payer_id:
        raise Unusable("tradingPartnerServiceId: is required")
    if not provider.get("npi"):
        raise Unusable("provider.npi: is required")
    named = " ".join(str(provider[k]) for k in ("firstName", "lastName") if provider.get(k))
    encounter = body.get("encounter") or {}
    dependents = body.get("dependents") or []
    own = _person(subscriber)
    child = _person(dependents[0]) if dependents else None
    types = encounter.get("serviceTypeCodes") or ["30"]
    on = encounter.get("dateOfService") or encounter.get("beginningDateOfService") or ""
    return Asked(
        payer_id,
        str(body.get("tradingPartnerName") or ""),
        str(provider["npi"]),
        str(provider.get("organizationName") or named),
        own,
        child,
        trace=str(body.get("submitterTransactionIdentifier") or body.get("controlNumber") or ""),
        origin="9SANDBOXHB",
        service_types=tuple(map(str, types)),
        service_on=str(on).replace("-", ""),
    )


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    if not isinstance(found, dict):
        raise Unusable(f"{name}: is required")
    return found


def _person(given: dict[str, Any]) -> Person:
    born = str(given.get("dateOfBirth") or "").replace("-", "")
    if born and (len(born) != 8 or not born.isdigit()):
        raise Unusable("dateOfBirth: must be YYYYMMDD")
    names = (str(given.get("lastName") or ""), str(given.get("firstName") or ""))
    return Person(*names, str(given.get("memberId") or ""), born, str(given.get("gender") or ""))


def _sent(reply: Reply, vendor: str) -> Response:
    if reply.status == 429:
        sent = _error(429, "TOO_MANY_REQUESTS", "Too many requests are being processed")
        sent.headers.update(reply.headers)
        return sent
    if reply.status != 200:
        return _error(reply.status, "INTERNAL_ERROR", "The request could not be processed")
    if reply.page:
        return page("The service is not available at the moment.")
    trace = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{vendor}/{reply.control}"))
    told = _told(reply.told) if reply.told else {"errors": [_rejected()]}
    meta = {"applicationMode": "test", "traceId": trace, "outboundTraceId": trace}
    body = {
        "meta": meta,
        "controlNumber": f"{reply.control:09d}",
        **({"id": f"ec_{trace}"} if vendor == "stedi" else {}),
        **told,
        "x12": reply.raw.decode("utf-8", "replace"),
    }
    return as_told(reply.breaks, JSONResponse(body))


def _told(told: Told) -> dict[str, Any]:
    asked, errors = told.asked, [_aaa(one) for one in told.rejections]
    whom: dict[str, Any] = {
        "memberId": asked.subscriber.member_id,
        "firstName": asked.subscriber.first.upper(),
        "lastName": asked.subscriber.last.upper(),
        "dateOfBirth": asked.subscriber.birth,
        "groupNumber": told.group,
    }
    body: dict[str, Any] = {
        "tradingPartnerServiceId": asked.payer_id,
        "payer": {"entityType": "Non-Person Entity", "name": told.payer},
        "provider": {"npi": asked.npi, "providerName": asked.provider},
        "subscriber": {name: value for name, value in whom.items() if value},
        "dependents": [],
        "planDateInformation": {"planBegin": told.begins} if told.begins else {},
        "planStatus": [
            {"statusCode": row[1], "planDetails": row[5], "serviceTypeCodes": row[3].split("^")}
            for row in told.rows
            if row[0] == "EB" and row[1] in "12345678"
        ],
        "benefitsInformation": benefits(told.rows),
        "errors": errors,
    }
    for one, error in zip(told.rejections, errors, strict=True):
        body[_LEVELS[one.level]].setdefault("aaaErrors", []).append(error)
    if asked.dependent:
        name = {"firstName": asked.dependent.first, "lastName": asked.dependent.last}
        body["dependents"] = [name | {"dateOfBirth": asked.dependent.birth}]
    return body


def _aaa(one: Rejection) -> dict[str, str]:
    return {
        "field": "AAA",
        "code": one.code,
        "description": REASON.get(one.code, ""),
        "followupAction": FOLLOW_UP.get(one.follow_up, ""),
        "location": f"Loop 2100{one.level}" if one.level != "D" else "Loop 2110C",
    }


def _rejected() -> dict[str, str]:
    return {"field": "x12", "code": "999", "description": "The payer rejected the transaction"}


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status)
