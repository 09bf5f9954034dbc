"""Eligible v1.5: parameters in a GET, X12 on request, failures in 200."""

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.clearinghouse.answer_271 import Rejection
from sandbox.clearinghouse.broken import as_told
from sandbox.clearinghouse.code import FOLLOW_UP, REASON
from sandbox.clearinghouse.image import benefits
from sandbox.clearinghouse.inquiry import Asked, Person
from sandbox.clearinghouse.page import page
from sandbox.clearinghouse.reply import Reply
from sandbox.clearinghouse.verdict import payer_name
from sandbox.moment import iso
from sandbox.world import World

REQUIRED = ("payer_id", "provider_npi", "provider_last_name", "member_last_name", "member_dob")


def router(world: World) -> APIRouter:
    """`/v1.5/coverage/all.json`."""
    routes = APIRouter()

    @routes.get("/eligible/v1.5/coverage/all.json")
    async def coverage(request: Request) -> Response:
        query = dict(request.query_params)
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if world.settings.clearinghouse_key not in (query.get("api_key"), bearer):
            return Response("Could not authenticate you. Please re-try with a valid API key.", 401)
        wrong = _wrong(query)
        if wrong is not None:
            return _failure(world, wrong)
        question = _asked(query)
        reply = await world.hub.ask("eligible", question)
        return _sent(world, reply, query.get("format", "json"))

    return routes


def _wrong(query: dict[str, str]) -> dict[str, str] | None:
    """The first thing that makes a request unusable."""
    if query.get("test") != "true":
        return _invalid("test", "Only test=true is served here; without it a call is live")
    for name in REQUIRED:
        if not query.get(name):
            return _invalid(name, f"{name} is missing")
    try:
        date.fromisoformat(query["member_dob"])
    except ValueError:
        return _invalid("member_dob", "member_dob is no ISO date")
    if payer_name(query["payer_id"]) is None:
        return _invalid("payer_id", "The payer id is not known")
    return None


def _invalid(name: str, message: str) -> dict[str, str]:
    return {"code": "invalid_request_error", "message": message, "param": name}


def _asked(query: dict[str, str]) -> Asked:
    names = (query.get("member_last_name", ""), query.get("member_first_name", ""))
    born = query["member_dob"].replace("-", "")
    subscriber = Person(
        *names, query.get("member_id", ""), born, query.get("member_gender", "")[:1]
    )
    dependent = None
    if query.get("dependent_last_name"):
        dependent = Person(
            query["dependent_last_name"],
            query.get("dependent_first_name", ""),
            birth=query.get("dependent_dob", "").replace("-", ""),
        )
    return Asked(
        query["payer_id"],
        payer_name(query["payer_id"]) or "",
        query["provider_npi"],
        query["provider_last_name"],
        subscriber,
        dependent,
        service_types=(query.get("service_type", "30").split(",")[0],),
        service_on=(query.get("date") or query.get("from_date", "")).replace("-", ""),
        sender="SANDBOXCLINIC",
        receiver="ELIGIBLE",
    )


def _sent(world: World, reply: Reply, form: str) -> Response:
    if reply.status != 200:
        return Response("", reply.status, reply.headers)
    if reply.page or reply.told is None:
        return page("The service is not available at the moment.")
    if form == "x12":
        sent = Response(reply.raw, 200, media_type="text/plain; charset=utf-8")
        return as_told(reply.breaks, sent)
    head = {"eligible_id": f"SB{reply.control:09d}", "created_at": iso(world.clinic.now)}
    if reply.told.rejections:
        return JSONResponse(head | {"error": _told(reply.told.rejections[0])})
    whole = JSONResponse(head | {"known_issues": [], "benefits": benefits(reply.told.rows)})
    return as_told(reply.breaks, whole)


def _told(why: Rejection) -> dict[str, str]:
    yes = why.is_valid == "Y"
    return {
        "response_code": why.is_valid,
        "response_description": "Yes" if yes else "No",
        "reject_reason_code": why.code,
        "reject_reason_description": REASON.get(why.code, ""),
        "follow_up_action_code": why.follow_up,
        "follow_up_action_description": FOLLOW_UP.get(why.follow_up, ""),
        "details": REASON.get(why.code, ""),
    }


def _failure(world: World, wrong: dict[str, str]) -> Response:
    head = {"eligible_id": "SB000000000", "created_at": iso(world.clinic.now)}
    errors = [wrong | {"expected_value": None}]
    return JSONResponse(head | {"success": False, "errors": errors})
