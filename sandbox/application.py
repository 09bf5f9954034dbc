"""Puts the pretend vendors together as one ASGI application."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from sandbox import control, control_phones, reports, weather
from sandbox.clearinghouse import (
    availity,
    claim_routes,
    core_mime,
    core_soap,
    eligible,
    form,
    json_v3,
)
from sandbox.clearinghouse import control as clearinghouse_control
from sandbox.cliniko import routes as cliniko
from sandbox.gate import App, Gate
from sandbox.jane import control as jane_control
from sandbox.jane import login
from sandbox.jane import routes as jane
from sandbox.refusal import Refusal
from sandbox.twilio import routes as twilio
from sandbox.world import World


def build(world: World) -> App:
    """The application of a world, behind the gate where faults strike."""
    app = FastAPI(title="sandbox", docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(Refusal)
    def refused(request: Request, why: Refusal) -> JSONResponse:
        return JSONResponse(why.body, why.status, why.headers)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, why: RequestValidationError) -> JSONResponse:
        fields = {str(one["loc"][-1]): one["msg"] for one in why.errors()}
        return JSONResponse({"message": "Validation Failed", "errors": fields}, 422)

    @app.exception_handler(HTTPException)
    def absent(request: Request, why: HTTPException) -> JSONResponse:
        return JSONResponse({"message": why.detail}, why.status_code)

    doors = (control, control_phones, jane_control, clearinghouse_control, reports)
    vendors = (cliniko, login, jane, twilio, weather)
    hubs = (core_soap, core_mime, form, eligible, json_v3, availity, claim_routes)
    for part in (*doors, *vendors, *hubs):
        app.include_router(part.router(world))
    app.include_router(world.tokens.router())
    return Gate(app, world)
