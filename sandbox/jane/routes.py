"""The routes of the pretend Jane: one clinic below its own address, the version in the path."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from sandbox.jane import render
from sandbox.jane.identity import number_of
from sandbox.jane.listing import invalid, page
from sandbox.jane.resource import PATIENTS, RESOURCES, Resource
from sandbox.jane.webhook import TOPICS
from sandbox.refusal import Refusal
from sandbox.world import JANE_CLINICS, World

VERSION = "2026-01-01"
Given = Annotated[dict[str, Any], Body()]


class Desk:
    """One caller's way in: the token, its clinic, its scope, and how often."""

    def __init__(self, world: World) -> None:
        self.world = world

    def admit(self, clinic: str, scope: str, request: Request) -> None:
        """404 for no clinic, 401 for no good token of this clinic, 403 for too few rights, 429."""
        if clinic not in JANE_CLINICS:
            raise Refusal(404, {"error": "Not found"})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        claims = self.world.jane.sessions.claims(token) if scheme.lower() == "bearer" else None
        if claims is None or claims["aud"] != f"{self.world.base_url}/jane/{clinic}":
            raise Refusal(401, {"error": "Unauthorized"}, {"WWW-Authenticate": "Bearer"})
        if scope not in claims["scope"].split():
            raise Refusal(403, {"error": "insufficient_scope"})
        self.world.jane.throttle.count(clinic, request.url.path.split("/")[5])

    def show(self, resource: Resource, own: str) -> dict[str, Any]:
        """One row by its public id, or 404."""
        number = number_of(own)
        for row in resource.rows(self.world):
            if row.id == number:
                shown = resource.shown(self.world, row)
                if shown["id"] == own.lower():
                    return shown
        raise Refusal(404, {"errors": [{"id": "NOT_FOUND", "message": "Not found"}]})


def router(world: World) -> APIRouter:
    """All routes below a clinic's address; nothing writes an appointment."""
    desk, routes = Desk(world), APIRouter(prefix=f"/jane/{{clinic}}/api/{VERSION}")
    _search(desk, routes)
    for resource in RESOURCES:
        _reading(desk, routes, resource)
    _company(desk, routes)
    _webhooks(desk, routes)
    return routes


def _reading(desk: Desk, routes: APIRouter, resource: Resource) -> None:
    @routes.get(f"/{resource.name}")
    def several(clinic: str, request: Request) -> dict[str, Any]:
        desk.admit(clinic, resource.scope, request)
        path = request.url.path.removeprefix(f"/jane/{clinic}")
        with desk.world.lock:
            return page(desk.world, resource, path, request.query_params.multi_items())

    @routes.get(f"/{resource.name}/{{own}}")
    def single(clinic: str, own: str, request: Request) -> dict[str, Any]:
        desk.admit(clinic, resource.scope, request)
        with desk.world.lock:
            return desk.show(resource, own)


def _search(desk: Desk, routes: APIRouter) -> None:
    @routes.post("/patients/search")
    def search(clinic: str, request: Request, given: Given) -> dict[str, Any]:
        """By name, e-mail or number; in the body, so that no address holds a person."""
        desk.admit(clinic, PATIENTS.scope, request)
        words = str(given.get("search", {}).get("co", "")).casefold()
        size = int(given.get("page", {}).get("limit", 50))
        if not words or len(words) > 255 or set(given) - {"search", "sort", "page"}:
            raise invalid("/search/co", "must have 1 to 255 characters")
        with desk.world.lock:
            rows = [render.patient(desk.world, one) for one in PATIENTS.rows(desk.world)]
        found = [one for one in rows if words in _said(one)]
        more = len(found) > size
        return {"items": found[:size], "cursor": None, "limit": size, "hasNextPage": more}


def _said(shown: dict[str, Any]) -> str:
    parts = (shown["first_name"], shown["last_name"], shown["email"], shown["mobile_phone_number"])
    return " ".join(part for part in parts if part).casefold()


def _company(desk: Desk, routes: APIRouter) -> None:
    @routes.get("/company")
    def company(clinic: str, request: Request) -> dict[str, Any]:
        desk.admit(clinic, "companies:read", request)
        return render.company(desk.world, clinic)


def _webhooks(desk: Desk, routes: APIRouter) -> None:
    hooks, world = desk.world.jane.hooks, desk.world

    @routes.post("/webhooks", status_code=201)
    def subscribe(clinic: str, request: Request, given: Given) -> dict[str, Any]:
        desk.admit(clinic, "webhooks:create", request)
        topic, url = str(given.get("event_topic")), str(given.get("target_url", ""))
        if topic not in TOPICS:
            raise invalid("/event_topic", "is not a topic")
        if not url.startswith(("http://", "https://")):
            raise invalid("/target_url", "is not an address")
        with world.lock:
            made = hooks.subscribe(clinic, topic, url, world.clinic.now)
            if made is None:
                there = hooks.of(clinic, topic)
                details = {"subscription": there.shown() if there else None}
                wrong = {"id": "DUPLICATE_RECORD", "message": "Exists", "details": details}
                raise Refusal(409, {"errors": [wrong]})
        return made.shown() | {"secret": made.secret}

    @routes.get("/webhooks")
    def several(clinic: str, request: Request) -> dict[str, Any]:
        desk.admit(clinic, "webhooks:read", request)
        rows = [one.shown() for one in hooks.subscriptions.values() if one.clinic == clinic]
        tail = {"cursor": None, "limit": 50, "links": {"after": None}, "hasNextPage": False}
        return {"items": rows} | tail

    @routes.get("/webhooks/{own}")
    def single(clinic: str, own: str, request: Request) -> dict[str, Any]:
        desk.admit(clinic, "webhooks:read", request)
        found = hooks.subscriptions.get(own)
        if found is None or found.clinic != clinic:
            raise Refusal(404, {"error": "Not found"})
        return found.shown()

    @routes.delete("/webhooks/{own}", status_code=204)
    def remove(clinic: str, own: str, request: Request) -> None:
        desk.admit(clinic, "webhooks:delete", request)
        with world.lock:
            if hooks.subscriptions.pop(own, None) is None:
                raise Refusal(404, {"error": "Not found"})
