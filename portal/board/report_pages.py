"""The owner's report on the board: the page as it was written, behind the right to see money."""

from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, Response

from data_contracts.right import Right
from portal.board.door import Desk, Door
from portal.page import HEADERS
from tasks.reporting import open_report


def add_report(app: FastAPI, door: Door) -> None:
    """Serve the newest report; it brings its own style, and no browser runs anything in it."""

    @app.get("/{slug}/report")
    def report(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.READ_MONEY)
        found = open_report(desk.here)
        if found is None:
            return desk.show("report.html.j2", here="report")
        policy = (
            f"default-src 'none'; style-src '{found.style_hash}';"
            " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        return HTMLResponse(found.html, headers=HEADERS | {"Content-Security-Policy": policy})
