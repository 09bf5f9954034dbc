"""One visit's insurance: what the payer says, what the patient owes, what runs out."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path
from fastapi.responses import Response

from data_contracts.message import REASON_WORDS, Reason
from data_contracts.right import Right
from portal.board.door import Desk, Door
from portal.board.errand import errand
from tasks.asking import NoSuchVisit
from tasks.board_coverage import coverage_of

_ABOUT = {"30": "the plan", "PT": "physical therapy", "AE": "physical medicine"}
_BECAME = {
    "usable": "answered",
    "unclear": "answered, but unclear",
    "rejected": "turned back",
    "refused": "turned back",
    "other_patient": "answered about somebody else; not used",
    "unreadable": "the answer cannot be read",
    "silent": "no answer",
    "too_late": "not asked: it would have come too late",
    "planned": "not asked yet",
    "asking": "on its way",
    "replied": "answered, and not read yet",
}
"""What came of a question, else where it stands, as the desk reads it."""

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
        why = {one.value: REASON_WORDS[one] for one in Reason}
        words = {"about": _ABOUT, "became": _BECAME, "why": why}
        return desk.show("coverage.html.j2", found=found, words=words, errand=errand)
