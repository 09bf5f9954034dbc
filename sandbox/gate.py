"""The outermost ASGI layer: counts requests, lets faults strike where the socket is in reach."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sandbox import reception
from sandbox.faults import Fault, canned
from sandbox.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
_SEND = "sandbox.send"
_ID = re.compile(rb'"id":\s?"(\d+)"')
_PAGE = re.compile(rb"(^|&)page=(\d+)")


class Gate:
    """Wraps the application."""

    def __init__(self, app: App, world: World) -> None:
        self._app, self._world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or do to it what a fault says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[_SEND] = send
        vendor = scope["path"].split("/")[1]
        self._world.requests[vendor] += 1
        fault = self._world.faults.strike(vendor, scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        await self._strike(fault, scope, receive, send)

    async def _strike(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind in ("status", "html", "refuse_500", "storm_429"):
            await _answer(send, *canned(fault, time.time()))
            return
        if fault.kind == "meanwhile" and fault.visit is not None:
            with self._world.lock:
                reception.act(self._world, fault.visit)
        if fault.kind in ("slow", "hang"):
            await asyncio.sleep(fault.seconds)
        if fault.kind == "drop_after_accept":
            await self._app(scope, receive, _swallow)
        if fault.kind in ("hang", "drop_before", "drop_after_accept"):
            await hang_up(scope)
            return
        if fault.kind == "repeat_page":
            scope["query_string"] = _PAGE.sub(_page_before, scope["query_string"])
        await self._app(scope, receive, _retyped(send) if fault.kind == "retype_ids" else send)


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    pairs = [(k.lower().encode(), v.encode()) for k, v in headers.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _swallow(message: MutableMapping[str, Any]) -> None:
    """An answer that nobody gets."""


async def hang_up(scope: Scope, *, gently: bool = False) -> None:
    """Close without an answer, or gently with what was sent of it.

    uvicorn's `send` is a method of what holds the transport.
    """
    transport = scope[_SEND].__self__.transport
    transport.close() if gently else transport.abort()
    await asyncio.sleep(0.01)


def _page_before(found: re.Match[bytes]) -> bytes:
    return found[1] + b"page=%d" % max(1, int(found[2]) - 1)


def _retyped(send: Send) -> Send:
    started: list[MutableMapping[str, Any]] = []

    async def passed_on(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
            return
        body = _ID.sub(rb'"id":\1', message.get("body", b""))
        kept = [h for h in started[0]["headers"] if h[0].lower() != b"content-length"]
        kept.append((b"content-length", str(len(body)).encode()))
        await send({**started[0], "headers": kept})
        await send({**message, "body": body})

    return passed_on
