"""The day by risk and by the clock, who hears nothing and why, and all of one visit."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Query
from fastapi.responses import Response

from data_contracts.message import REASON_WORDS, Reason
from data_contracts.right import Right
from portal.board.door import Desk, Door
from rules.blinding import shown_reason
from rules.next_step import Step
from tasks.asking import NoSuchVisit
from tasks.board_queue import day_of, put_on_call_list
from tasks.board_silence import explain_visit, silent_visits

OwnId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def add_days(app: FastAPI, door: Door) -> None:
    """Serve the queue, the visits that nobody hears of, and a page for each visit."""

    @app.get("/{slug}/today")
    def today(
        desk: Annotated[Desk, Depends(door.look)],
        day: Annotated[int, Query(ge=0, le=6)] = 0,
    ) -> Response:
        desk.require(Right.READ_QUEUE)
        found = day_of(desk.here, desk.now, day, with_names=desk.may(Right.READ_NAMES))
        return desk.show("today.html.j2", here="today", day=found, ahead=day, Step=Step)

    @app.post("/{slug}/visits/{own_id}/call")
    def call(desk: Annotated[Desk, Depends(door.act)], own_id: OwnId) -> Response:
        desk.require(Right.FINISH_TASK)
        is_new = put_on_call_list(desk.here, own_id, desk.now)
        return desk.went("calls", "listed" if is_new else "gone")

    @app.get("/{slug}/not-sent")
    def not_sent(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.READ_VISIT)
        found = silent_visits(desk.here, desk.now, with_names=desk.may(Right.READ_NAMES))
        return desk.show("not_sent.html.j2", here="not-sent", lines=found)

    @app.get("/{slug}/visits/{own_id}")
    def visit(desk: Annotated[Desk, Depends(door.look)], own_id: OwnId) -> Response:
        desk.require(Right.READ_VISIT)
        try:
            found = explain_visit(
                desk.here, own_id, desk.now, with_names=desk.may(Right.READ_NAMES)
            )
        except NoSuchVisit:
            raise HTTPException(404) from None
        words = {reason.value: REASON_WORDS[shown_reason(reason)] for reason in Reason}
        return desk.show("visit.html.j2", found=found, words=words)
