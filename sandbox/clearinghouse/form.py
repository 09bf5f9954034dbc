"""Waystar's form gateway: HTML unless asked for something else, and every error is HTML in 200."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.clearinghouse.broken import as_told
from sandbox.clearinghouse.page import page
from sandbox.clearinghouse.reply import Reply, Sort
from sandbox.clearinghouse.verdict import payer_name
from sandbox.world import World

_MEDIA = {"271": "text/plain; charset=utf-8", "TEXT": "text/plain; charset=utf-8"}


def router(world: World) -> APIRouter:
    """`/1.0/Rest/Gateway/GatewayAsync.ashx`."""
    routes, settings = APIRouter(), world.settings

    @routes.post("/waystar/1.0/Rest/Gateway/GatewayAsync.ashx")
    async def gateway(request: Request) -> Response:
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        given = (form.get("UserID", ""), form.get("Password", ""))
        if given != (settings.clearinghouse_user, settings.clearinghouse_password):
            return page("Authentication Failure")
        if form.get("DataFormat", "SF1").upper() != "X12":
            return page("Invalid data: this gateway was sent no X12")
        wanted = form.get("ResponseType", "HTML") or "HTML"
        if wanted not in ("HTML", "271", "TEXT"):
            return page(f"Response type {wanted} is not available")
        if not form.get("Data", "").strip():
            return page("Invalid data: Data is empty")
        return _sent(await world.hub.inquire("waystar", form["Data"].strip()), wanted)

    return routes


def _sent(reply: Reply, wanted: str) -> Response:
    if reply.status != 200:
        return Response("", reply.status, reply.headers)
    if reply.page:
        return page("The payer is not available at the moment.")
    if reply.sort is not Sort.ANSWER:
        return page("Invalid data: the inquiry was rejected")
    if reply.told and payer_name(reply.told.asked.payer_id) is None:
        return page("The payer is not set up")
    if wanted == "HTML":
        return as_told(reply.breaks, page(_in_words(reply), title="Eligibility"))
    return as_told(reply.breaks, Response(reply.raw, 200, media_type=_MEDIA[wanted]))


def _in_words(reply: Reply) -> str:
    rows = reply.told.rows if reply.told else ()
    active = any(row[:2] == ("EB", "1") for row in rows)
    return "Active coverage" if active else "No active coverage was reported"
