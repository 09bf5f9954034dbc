"""The owner's report on the board: the page as it was written, behind the right to see money."""

from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from data_contracts.right import Right
from portal.board.door import Desk, Door
from portal.board.ways import WAYS
from portal.page import HEADERS
from tasks.reporting import open_report


def add_report(app: FastAPI, door: Door) -> None:
    """Serve the newest report below the board's menu; it brings its own style and runs nothing."""

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
        html = found.html.replace("<body>", f"<body>{_ways(desk)}", 1)
        headers = {"Content-Security-Policy": policy, "Refresh": _end_of_idle_time(desk)}
        return HTMLResponse(html, headers=HEADERS | headers)


def _end_of_idle_time(desk: Desk) -> str:
    """The page runs nothing that could see a click: left open, it makes room for the sign-in."""
    seconds = int(desk.here.clinic.board.idle.total_seconds()) + 1
    return f"{seconds}; url=/{desk.slug}/sign-in?why=idle"


def _ways(desk: Desk) -> Markup:
    """The board's menu above the page: the file itself leads nowhere, since it is sent around."""
    pages = [(path, name) for path, name, right in WAYS if desk.may(right) and path != "report"]
    links = [Markup('<a href="/{}/{}">{}</a>').format(desk.slug, *page) for page in pages]
    return Markup('<nav class="board" aria-label="Pages of the board">{}</nav>').format(
        Markup(" ").join(links)
    )
