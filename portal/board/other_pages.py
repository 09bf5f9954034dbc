"""Slots on offer, and numbers that cannot be used."""

from typing import Annotated

from fastapi import Depends, FastAPI, Path
from fastapi.responses import Response

from data_contracts.right import Right
from portal.board.door import Desk, Door
from tasks.board_numbers import bad_numbers, use_again
from tasks.board_offers import live_offers

OwnId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def add_others(app: FastAPI, door: Door) -> None:
    """Serve the offers, the numbers, and the button that takes a mark back."""

    @app.get("/{slug}/offers")
    def offers(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.READ_OFFERS)
        found = live_offers(desk.here, desk.now, with_names=desk.may(Right.READ_NAMES))
        return desk.show("offers.html.j2", here="offers", offered=found)

    @app.get("/{slug}/numbers")
    def numbers(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        desk.require(Right.READ_NUMBERS)
        found = bad_numbers(desk.here, desk.now, with_names=desk.may(Right.READ_NAMES))
        return desk.show("numbers.html.j2", here="numbers", lines=found)

    @app.post("/{slug}/numbers/{own_id}/again")
    def again(desk: Annotated[Desk, Depends(door.act)], own_id: OwnId) -> Response:
        desk.require(Right.MARK_NUMBER)
        is_done = use_again(desk.here, own_id, desk.now)
        return desk.went("numbers", "again" if is_done else "gone")
