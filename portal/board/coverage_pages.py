"""One visit's insurance: what the payer says, what the patient owes, what runs out."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path
from fastapi.responses import Response

from data_contracts.right import Right
from portal.board.door import Desk, Door
from tasks.asking import NoSuchVisit
from tasks.board_coverage import coverage_of

OwnId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def add_coverage(app: FastAPI, door: Door) -> None:
    """Serve the page of a visit's coverage."""

    @app.get("/{slug}/visits/{own_id}/coverage")
    def coverage(desk: Annotated[Desk, Depends(door.look)], own_id: OwnId) -> Response:
        desk.require(Right.READ_COVERAGE)
        try:
            found = coverage_of(desk.here, own_id, desk.now, with_names=desk.may(Right.READ_NAMES))
        except NoSuchVisit:
            raise HTTPException(404) from None
        return desk.show("coverage.html.j2", found=found)
