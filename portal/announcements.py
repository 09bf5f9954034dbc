"""Practice systems say that something changed: a row each, and the book is read after the answer.

Nothing of what they post is taken for true or kept but ids. Jane signs; FHIR's rest-hook knows no
signature, only a header's secret, so it may bring no more than the wish that we look.
"""

from uuid import uuid4

from fastapi import FastAPI, Request, Response

from data_contracts.inbound import InboundEvent, InboundKind
from portal.door import Body, Door, is_same_secret


def add_announcements(app: FastAPI, door: Door) -> None:
    """Serve the two addresses; whoever cannot prove to be the clinic's own system gets 403."""

    @app.post("/jane/{slug}")
    def jane(slug: str, request: Request, body: Body) -> Response:
        clinic = door.clinic(slug)
        if clinic.jane is None:
            door.refuse(slug, "no jane")
        try:
            event = clinic.jane(body, request.headers, door.clock())
        except ValueError as error:
            door.refuse(slug, f"jane {error}")
        door.write(clinic, lambda now: event)
        return Response(status_code=204)

    # R4 leaves open how a server calls: POST, or PUT to a resource below the endpoint.
    @app.api_route("/fhir/{slug}", methods=["POST", "PUT"])
    @app.api_route("/fhir/{slug}/{resource:path}", methods=["POST", "PUT"])
    def fhir(slug: str, request: Request, resource: str = "") -> Response:
        clinic = door.clinic(slug)
        hook = clinic.rest_hook
        given = request.headers.get(hook.header, "") if hook else ""
        if hook is None or not is_same_secret(given, hook.value):
            door.refuse(slug, "rest-hook")
        # Two pings are two facts: the second may come while the first one is being looked up.
        door.write(
            clinic,
            lambda now: InboundEvent(
                clinic=slug,
                dedupe_key=f"fhir:{uuid4().hex}",
                kind=InboundKind.BOOK_CHANGED,
                received_at=now,
            ),
        )
        return Response(status_code=200)
