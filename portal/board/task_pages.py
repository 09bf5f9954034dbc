"""Calls to make and other work for a person, and the click that ends each."""

from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Form, Path
from fastapi.responses import Response

from data_contracts.right import Right
from portal.board.door import Desk, Door
from portal.board.errand import WHY_CALL, errand
from tasks.board_calls import calls, end_call, other_tasks
from tasks.board_undo import rights_of, undo
from tasks.call_list import NoSuchTask, Outcome, finish

OwnId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def add_tasks(app: FastAPI, door: Door) -> None:
    """Serve the call list, the other tasks, and their buttons."""

    @app.get("/{slug}/calls")
    def call_list(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.LIST_TASKS)
        lines = calls(desk.here, desk.now, with_names=desk.may(Right.READ_NAMES))
        words = {"how": errand("call_patient"), "whys": WHY_CALL}
        return desk.show("calls.html.j2", here="calls", lines=lines, words=words)

    @app.post("/{slug}/calls/{own_id}")
    def end_of_call(
        desk: Annotated[Desk, Depends(door.act)],
        own_id: OwnId,
        outcome: Annotated[Outcome, Form()],
    ) -> Response:
        desk.require(Right.FINISH_TASK)
        if outcome is Outcome.WRONG_NUMBER:
            desk.require(Right.MARK_NUMBER)
        is_first = end_call(desk.here, own_id, outcome, desk.now)
        word = "wrong" if outcome is Outcome.WRONG_NUMBER else "done"
        return desk.went("calls", word, own_id) if is_first else desk.went("calls", "gone")

    @app.get("/{slug}/tasks")
    def tasks(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.LIST_TASKS)
        lines = other_tasks(desk.here, desk.now, with_names=desk.may(Right.READ_NAMES))
        return desk.show("tasks.html.j2", here="tasks", lines=lines, errand=errand)

    @app.post("/{slug}/tasks/{own_id}")
    def end(
        desk: Annotated[Desk, Depends(door.act)],
        own_id: OwnId,
        outcome: Annotated[Outcome, Form()],
    ) -> Response:
        desk.require(Right.FINISH_TASK)
        try:
            finish(desk.here, own_id, outcome, desk.now)
        except NoSuchTask:
            return desk.went("tasks", "gone")
        return desk.went("tasks", "done", own_id)

    @app.post("/{slug}/{page}/{own_id}/undo")
    def take_back(
        desk: Annotated[Desk, Depends(door.act)],
        page: Literal["calls", "tasks", "replies"],
        own_id: OwnId,
    ) -> Response:
        desk.require(Right.FINISH_TASK, *rights_of(desk.here, own_id))
        return desk.went(page, "back" if undo(desk.here, own_id, desk.now) else "gone")
