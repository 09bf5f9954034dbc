"""Availity: a question is left by form and asked for until the answer is there, in no X12."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from sandbox.clearinghouse.answer_271 import Told
from sandbox.clearinghouse.broken import as_told
from sandbox.clearinghouse.code import FOLLOW_UP, REASON
from sandbox.clearinghouse.image import benefits
from sandbox.clearinghouse.inquiry import Asked, Person
from sandbox.clearinghouse.page import page
from sandbox.clearinghouse.reply import Reply
from sandbox.clearinghouse.verdict import payer_name
from sandbox.world import World

REQUIRED = ("payerId", "providerNpi", "memberId", "patientBirthDate")
_MARK = {"X-Api-Mock-Response": "true"}


class Desk:
    """The questions left so far, by the id they were given."""

    def __init__(self, world: World) -> None:
        self._world, self._tokens = world, world.tokens
        self._asked: dict[str, asyncio.Task[Reply]] = {}
        self._polls: dict[str, int] = {}

    async def leave(self, request: Request) -> Response:
        """202 and an id; 422 names each field that is missing."""
        if not self._tokens.knows(request.headers.get("authorization", "")):
            return _error(401, "The access token is invalid or has expired")
        form = await request.form()
        missing = [name for name in REQUIRED if not form.get(name)]
        if missing or payer_name(str(form.get("payerId", ""))) is None:
            return _error(422, "The request is not valid", missing or ["payerId"])
        own = f"SB{len(self._asked) + 1:09d}"
        question = self._world.hub.ask("availity", _question(form))
        self._asked[own] = asyncio.create_task(question)
        waiting = {"id": own, "status": "In Progress", "statusCode": "0"}
        found = {"totalCount": 1, "count": 1, "coverages": [waiting]}
        return JSONResponse(found, 202, headers=_MARK)

    async def fetch(self, own: str, request: Request) -> Response:
        """202 at the first time and while the payer thinks, then 200."""
        if not self._tokens.knows(request.headers.get("authorization", "")):
            return _error(401, "The access token is invalid or has expired")
        if own not in self._asked:
            return _error(404, "There is no such coverage")
        self._polls[own] = self._polls.get(own, 0) + 1
        if self._polls[own] == 1 or not self._asked[own].done():
            waiting = {"id": own, "status": "In Progress", "statusCode": "0"}
            return JSONResponse(waiting, 202, headers=_MARK)
        return _sent(own, self._asked[own].result())


def router(world: World) -> APIRouter:
    """`/v1/coverages` and `/v1/coverages/{id}`."""
    desk, routes = Desk(world), APIRouter(prefix="/availity/v1")
    routes.add_api_route("/coverages", desk.leave, methods=["POST"], response_model=None)
    routes.add_api_route("/coverages/{own}", desk.fetch, methods=["GET"], response_model=None)
    return routes


def _question(form: FormData) -> Asked:
    def said(name: str) -> str:
        return str(form.get(name) or "")

    born = said("patientBirthDate").replace("-", "")
    names = (said("patientLastName"), said("patientFirstName"))
    return Asked(
        said("payerId"),
        payer_name(said("payerId")) or "",
        said("providerNpi"),
        said("providerLastName"),
        Person(*names, said("memberId"), born),
        service_types=(said("serviceType") or "30",),
        service_on=said("asOfDate").replace("-", ""),
    )


def _sent(own: str, reply: Reply) -> Response:
    if reply.status != 200:
        return _error(reply.status, "The request could not be processed")
    if reply.page or reply.told is None:
        return page("The service is not available at the moment.")
    told = reply.told
    if told.rejections:
        why = [
            {"code": one.code, "errorMessage": REASON.get(one.code, ""), "followUp": words}
            for one in told.rejections
            for words in [FOLLOW_UP.get(one.follow_up, "")]
        ]
        body = {"id": own, "status": "Request Error", "statusCode": "19", "validationMessages": why}
        return JSONResponse(body, headers=_MARK)
    return as_told(reply.breaks, JSONResponse(_complete(own, told), headers=_MARK))


def _complete(own: str, told: Told) -> dict[str, Any]:
    is_active = any(row[:2] == ("EB", "1") for row in told.rows)
    plan: dict[str, Any] = {"status": "Active Coverage" if is_active else "Inactive"}
    who = told.asked.subscriber
    return {
        "id": own,
        "status": "Complete",
        "statusCode": "4",
        "payer": {"payerId": told.asked.payer_id, "name": told.payer},
        "subscriber": {"memberId": who.member_id, "lastName": who.last, "firstName": who.first},
        "plans": [plan | {"benefits": benefits(told.rows)}],
    }


def _error(status: int, message: str, fields: list[str] | None = None) -> Response:
    body: dict[str, Any] = {"userMessage": message, "statusCode": status}
    if fields:
        body["errors"] = [{"field": one, "errorMessage": "is not valid"} for one in fields]
    return JSONResponse(body, status)
