"""CORE 2.2.0 over HTTP and MIME: one part a field, both ways."""

import uuid

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.clearinghouse.broken import as_told
from sandbox.clearinghouse.core_envelope import EnvelopeError, answered, check, refused
from sandbox.clearinghouse.page import page
from sandbox.world import World


def router(world: World) -> APIRouter:
    """Waystar's `/1.0/Mime/inquiry`."""
    routes, settings = APIRouter(), world.settings

    @routes.post("/waystar/1.0/Mime/inquiry")
    async def inquiry(request: Request) -> Response:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "multipart/form-data":
            return page("multipart/form-data is expected", 400)
        form = await request.form()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        for name, value in form.items():
            if not isinstance(value, str):
                fields[name] = (await value.read()).decode("utf-8", "replace")
        try:
            given = (fields.get("UserName", ""), fields.get("Password", ""))
            if given != (settings.clearinghouse_user, settings.clearinghouse_password):
                raise EnvelopeError("UnAuthorized", "The user name or password is wrong")
            check(fields, None)
        except EnvelopeError as why:
            return _parts(refused(fields, why, world.clinic.now), b"")
        reply = await world.hub.inquire("waystar", fields["Payload"])
        if reply.status != 200:
            return Response("", reply.status, reply.headers)
        if reply.page:
            return page("The service is not available at the moment.")
        return as_told(reply.breaks, _parts(answered(fields, reply, world.clinic.now), reply.raw))

    return routes


def _parts(fields: dict[str, str], payload: bytes) -> Response:
    boundary = uuid.uuid5(uuid.NAMESPACE_URL, fields["PayloadID"]).hex
    ordered = [(k, v.encode()) for k, v in fields.items()]
    ordered.insert(7, ("Payload", payload))
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value
        + b"\r\n"
        for name, value in ordered
    )
    whole = body + f"--{boundary}--\r\n".encode()
    return Response(whole, 200, media_type=f"multipart/form-data; boundary={boundary}")
