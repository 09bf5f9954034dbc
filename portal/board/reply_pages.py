"""What patients answered in words, and what the desk makes of it."""

from typing import Annotated

from fastapi import Depends, FastAPI, Form, Path
from fastapi.responses import Response

from data_contracts.right import Right
from portal.board.door import Desk, Door
from tasks.board_replies import (
    call_instead,
    confirm,
    mark_wrong_number,
    replies,
    settle,
    stop_messages,
)
from tasks.call_list import Outcome

OwnId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_Chosen = Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")]


def add_replies(app: FastAPI, door: Door) -> None:
    """Serve the replies and a button for each thing that is done about one."""

    @app.get("/{slug}/replies")
    def inbox(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.READ_REPLIES)
        is_named = desk.may(Right.READ_NAMES)
        found = replies(desk.here, desk.now, with_words=True, with_names=is_named)
        return desk.show("replies.html.j2", here="replies", lines=found)

    @app.post("/{slug}/replies/{own_id}/done")
    def done(desk: Annotated[Desk, Depends(door.act)], own_id: OwnId) -> Response:
        desk.require(Right.SETTLE_REPLY)
        return _back(desk, settle(desk.here, own_id, Outcome.OTHER, desk.now), "done", own_id)

    @app.post("/{slug}/replies/{own_id}/confirmed")
    def confirmed(
        desk: Annotated[Desk, Depends(door.act)], own_id: OwnId, visit: _Chosen
    ) -> Response:
        desk.require(Right.SETTLE_REPLY)
        return _back(desk, confirm(desk.here, own_id, visit, desk.now), "confirmed", own_id)

    @app.post("/{slug}/replies/{own_id}/call")
    def call(desk: Annotated[Desk, Depends(door.act)], own_id: OwnId, patient: _Chosen) -> Response:
        desk.require(Right.SETTLE_REPLY)
        return _back(desk, call_instead(desk.here, own_id, patient, desk.now), "listed", own_id)

    @app.post("/{slug}/replies/{own_id}/wrong-number")
    def wrong(desk: Annotated[Desk, Depends(door.act)], own_id: OwnId) -> Response:
        desk.require(Right.SETTLE_REPLY, Right.MARK_NUMBER)
        return _back(desk, mark_wrong_number(desk.here, own_id, desk.now), "wrong", own_id)

    @app.post("/{slug}/replies/{own_id}/stop")
    def stop(desk: Annotated[Desk, Depends(door.act)], own_id: OwnId) -> Response:
        desk.require(Right.SETTLE_REPLY, Right.REVOKE_CONSENT)
        is_first = stop_messages(desk.here, own_id, desk.now)
        return desk.went("replies", "stopped" if is_first else "gone")


def _back(desk: Desk, is_first: bool, word: str, own_id: str) -> Response:
    return desk.went("replies", word, own_id) if is_first else desk.went("replies", "gone")
