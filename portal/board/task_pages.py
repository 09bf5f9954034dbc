"""What waits for a person, and the click that ends it."""

from typing import Annotated

from fastapi import Depends, FastAPI, Form, Path
from fastapi.responses import Response

from data_contracts.right import Right
from portal.board.door import Desk, Door
from portal.board.errand import errand
from tasks.call_list import NoSuchTask, Outcome, finish, staff_lines

TaskId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
DONE = "That is done, and off the list."
GONE = "Somebody did that before you; nothing was changed."


def add_tasks(app: FastAPI, door: Door) -> None:
    """Serve the list of tasks and its buttons."""

    @app.get("/{slug}/tasks")
    def tasks(desk: Annotated[Desk, Depends(door.look)], said: str = "") -> Response:
        desk.require(Right.LIST_TASKS)
        found = staff_lines(desk.here, with_names=desk.may(Right.READ_NAMES))
        return desk.show("tasks.html.j2", here="tasks", lines=found, errand=errand,
                         said={"done": DONE, "gone": GONE}.get(said, ""))  # fmt: skip

    @app.post("/{slug}/tasks/{task_id}")
    def end(
        desk: Annotated[Desk, Depends(door.act)],
        task_id: TaskId,
        outcome: Annotated[Outcome, Form()],
    ) -> Response:
        desk.require(Right.FINISH_TASK)
        try:
            finish(desk.here, task_id, outcome, desk.now)
        except NoSuchTask:
            return desk.go("tasks?said=gone")
        return desk.go("tasks?said=done")
