"""The routes of the pretend Twilio."""

import base64
import binascii
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from sandbox.moment import DAY, parse
from sandbox.twilio import render
from sandbox.twilio.number import refusal, refused_target
from sandbox.twilio.record import Call, Message
from sandbox.twilio.voice import play
from sandbox.world import World

Form = dict[str, str]
_PAGING = ("Page", "PageSize", "PageToken")


async def form(request: Request) -> Form:
    """The posted fields; read here, because only a coroutine may await the body."""
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def admit(world: World, account: str, request: Request) -> None:
    """401 with code 20003 for a wrong sid or token, 404 for someone else's account."""
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(coded).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    if given != f"{world.settings.twilio_sid}:{world.settings.twilio_token}":
        raise refusal(20003, 401)
    if account != world.settings.twilio_sid:
        raise refusal(20404, 404)


def router(world: World) -> APIRouter:
    """All routes under `/twilio/2010-04-01/Accounts`."""
    routes = APIRouter(prefix="/twilio/2010-04-01/Accounts")
    _messages(world, routes)
    _calls(world, routes)
    _account(world, routes)
    return routes


def _messages(world: World, routes: APIRouter) -> None:
    where = "/{account}/Messages"

    @routes.post(where + ".json")
    def create(account: str, request: Request, given: Form = Depends(form)) -> Response:  # noqa: B008
        admit(world, account, request)
        with world.lock:
            message = _send(world, given)
            body = render.message(account, message)
            world.conversation.hear(message)
        world.carrier.follow(message)
        world.conversation.hurry()
        return JSONResponse(body, 201)

    @routes.get(where + ".json")
    def several(account: str, request: Request) -> Response:
        admit(world, account, request)
        with world.lock:
            rows = _wanted(world, request)
            return _page("messages", rows, request, lambda one: render.message(account, one))

    @routes.get(where + "/{sid}.json")
    def single(account: str, sid: str, request: Request) -> Response:
        admit(world, account, request)
        with world.lock:
            if sid not in world.carrier.messages:
                raise refusal(20404, 404)
            return JSONResponse(render.message(account, world.carrier.messages[sid]))


def _send(world: World, given: Form) -> Message:
    body = given.get("Body", "")
    if not body:
        raise refusal(21602)
    if len(body) > 1600:
        raise refusal(21617)
    service = given.get("MessagingServiceSid")
    sender = given.get("From") or ("+15005550006" if service else "")
    return world.carrier.send(
        given.get("To", ""), sender, body, given.get("StatusCallback"), service
    )


def _wanted(world: World, request: Request) -> list[Message]:
    """Newest first; what is younger than the lag is not listed yet."""
    query, old = request.query_params, time.monotonic() - world.settings.lag_seconds
    rows = [one for one in world.carrier.messages.values() if one.held_since <= old]
    if query.get("To"):
        rows = [one for one in rows if one.to == query["To"]]
    if query.get("From"):
        rows = [one for one in rows if one.sender == query["From"]]
    for name, value in query.items():
        if name.startswith("DateSent") and value:
            rows = [one for one in rows if _dated(one, name, parse(value), len(value) == 10)]
    return rows[::-1]


def _dated(one: Message, name: str, wanted: int, whole_day: bool) -> bool:
    sent = one.sent or one.created
    if name == "DateSent<":
        return sent < wanted + (DAY if whole_day else 1)
    if name == "DateSent>":
        return sent >= wanted
    return wanted <= sent < wanted + (DAY if whole_day else 1)


def _page(name: str, rows: list[Any], request: Request, shown: Callable[[Any], Any]) -> Response:
    query = request.query_params
    size = min(max(int(query.get("PageSize", "50")), 1), 1000)
    number = int(query.get("Page", "0"))
    path = request.url.path.removeprefix("/twilio")

    def at(wanted: int) -> str:
        kept = [pair for pair in query.multi_items() if pair[0] not in _PAGING]
        place = [("PageSize", str(size)), ("Page", str(wanted)), ("PageToken", f"PT{wanted}")]
        return f"{path}?{urlencode([*kept, *place])}"

    chosen = rows[number * size : (number + 1) * size]
    more = (number + 1) * size < len(rows)
    body = {
        name: [shown(one) for one in chosen],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(chosen) - 1, 0),
        "uri": at(number),
        "first_page_uri": at(0),
        "next_page_uri": at(number + 1) if more else None,
        "previous_page_uri": at(number - 1) if number else None,
    }
    return JSONResponse(body)


def _calls(world: World, routes: APIRouter) -> None:
    where = "/{account}/Calls"

    @routes.post(where + ".json")
    def create(account: str, request: Request, given: Form = Depends(form)) -> Response:  # noqa: B008
        admit(world, account, request)
        with world.lock:
            call = _dial(world, given)
            outcome, key = world.carrier.answer(call)
            body = render.call(account, call)
        world.callbacks.submit(lambda: play(world, call, outcome, key))
        return JSONResponse(body, 201)

    @routes.get(where + ".json")
    def several(account: str, request: Request) -> Response:
        admit(world, account, request)
        with world.lock:
            to = request.query_params.get("To")
            rows = [one for one in world.carrier.calls.values() if to in (None, one.to)]
            return _page("calls", rows[::-1], request, lambda one: render.call(account, one))

    @routes.get(where + "/{sid}.json")
    def single(account: str, sid: str, request: Request) -> Response:
        admit(world, account, request)
        with world.lock:
            if sid not in world.carrier.calls:
                raise refusal(20404, 404)
            return JSONResponse(render.call(account, world.carrier.calls[sid]))

    @routes.post(where + "/{sid}.json")
    def change(
        account: str,
        sid: str,
        request: Request,
        given: Form = Depends(form),  # noqa: B008
    ) -> Response:
        admit(world, account, request)
        with world.lock:
            if sid not in world.carrier.calls:
                raise refusal(20404, 404)
            _change(world.carrier.calls[sid], given)
            return JSONResponse(render.call(account, world.carrier.calls[sid]))


def _async_amd(given: Form) -> str | None:
    asked = given.get("MachineDetection") and given.get("AsyncAmd") == "true"
    return given.get("AsyncAmdStatusCallback") if asked else None


def _change(call: Call, given: Form) -> None:
    """Other words for a running call, or its end; 21220 when it is over."""
    if call.status not in ("queued", "in-progress"):
        raise refusal(21220)
    if given.get("Status") in ("completed", "canceled"):
        call.update = "<Response/>"
    elif given.get("Twiml"):
        call.update = given["Twiml"]
    else:
        raise refusal(21205)


def _dial(world: World, given: Form) -> Call:
    refused_target(given.get("To", ""), set())
    if not given.get("Url") and not given.get("Twiml"):
        raise refusal(21205)
    call = Call(
        sid=world.carrier.new_sid("CA"),
        to=given["To"],
        sender=given.get("From", ""),
        created=world.clinic.now,
        url=given.get("Url"),
        method=given.get("Method", "POST"),
        twiml=given.get("Twiml"),
        status_callback=given.get("StatusCallback"),
        machine_detection=given.get("MachineDetection", ""),
        async_amd_callback=_async_amd(given),
    )
    world.carrier.calls[call.sid] = call
    return call


def _account(world: World, routes: APIRouter) -> None:
    @routes.get("/{account}/Balance.json")
    def balance(account: str, request: Request) -> dict[str, str]:
        admit(world, account, request)
        return {"account_sid": account, "balance": "100.00", "currency": "USD"}

    @routes.get("/{account}/IncomingPhoneNumbers.json")
    def numbers(account: str, request: Request) -> Response:
        admit(world, account, request)
        wanted = request.query_params.get("PhoneNumber")
        rows = [one for one in _own_numbers(account) if wanted in (None, one["phone_number"])]
        return _page("incoming_phone_numbers", rows, request, lambda one: one)

    @routes.get("/{account}.json")
    def account_itself(account: str, request: Request) -> dict[str, Any]:
        admit(world, account, request)
        dated = {
            "date_created": render.rfc2822(1577862000),
            "date_updated": render.rfc2822(1577862000),
        }
        named = {
            "friendly_name": "Sandbox",
            "status": "active",
            "type": "Full",
            "owner_account_sid": account,
        }
        return {"sid": account, **named, **dated, "uri": f"{render.ROOT}/{account}.json"}


def _own_numbers(account: str) -> list[dict[str, Any]]:
    capable = {"sms": True, "mms": False, "voice": True, "fax": False}
    return [
        {
            "sid": f"PN{index:032x}",
            "account_sid": account,
            "phone_number": phone,
            "friendly_name": phone,
            "capabilities": capable,
        }
        for index, phone in enumerate(("+15005550006", "+13035550100"))
    ]
