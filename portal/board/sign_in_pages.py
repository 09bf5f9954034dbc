"""Signing in and out, a password of one's own, the second factor, and an emergency."""

from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from data_contracts.right import Right
from portal.board.door import Desk, Door, FormKey, forget, keep_form, keep_signed_in
from portal.board.ways import FIRST, to_letter
from portal.page import HEADERS, page
from tasks.second_factor import CodeRefused, new_secret, set_up
from tasks.signing_in import (
    LENT_FOR,
    PasswordRefused,
    SignInRefused,
    break_glass,
    change_password,
    sign_in,
    sign_out,
)

_Short = Annotated[str, Form(max_length=64)]
_Secret = Annotated[str, Form(max_length=1_000)]
WHY = {
    "idle": "You were signed out because nothing was clicked for a while.",
    "long": "You were signed out because the day's sign-in has ended.",
    "out": "You are signed out.",
}


def add_sign_in(app: FastAPI, door: Door) -> None:
    """Serve the pages before and around the board."""
    _signing_in(app, door)
    _signing_out(app, door)
    _password(app, door)
    _second_factor(app, door)
    _emergency(app, door)


def _signing_in(app: FastAPI, door: Door) -> None:
    def form(
        request: Request, slug: str, said: str, to: str, name: str = "", *, is_wrong: bool = False
    ) -> Response:
        secret, key = door.stranger_key(request, slug)
        told = {"said": said, "name": name, "is_wrong": is_wrong, "key": key, "to": to_letter(to)}
        clinic, status = door.room(slug).clinic, 401 if is_wrong else 200
        answer = page("board/sign_in.html.j2", status, clinic=clinic, **told)
        keep_form(answer, slug, secret)
        return answer

    @app.get("/{slug}")
    @app.get("/{slug}/")
    def begin(desk: Annotated[Desk, Depends(door.look)]) -> Response:
        return desk.go(FIRST)

    @app.get("/{slug}/sign-in")
    def ask(request: Request, slug: str, why: str = "", to: str = "") -> Response:
        return form(request, slug, WHY.get(why, ""), to)

    @app.post("/{slug}/sign-in")
    def enter(
        request: Request,
        slug: str,
        name: _Short,
        password: _Secret,
        code: _Short = "",
        to: _Short = "",
        form_key: FormKey = "",
    ) -> Response:
        door.is_strangers_form(request, slug, form_key)
        try:
            token = sign_in(door.room(slug), name, password, code, door.wall())
        except SignInRefused as refusal:
            return form(request, slug, str(refusal), to, name, is_wrong=True)
        answer = RedirectResponse(f"/{slug}/{to_letter(to) or FIRST}", 303, headers=HEADERS)
        keep_signed_in(answer, slug, token)
        return answer


def _signing_out(app: FastAPI, door: Door) -> None:
    @app.post("/{slug}/sign-out")
    def leave(desk: Annotated[Desk, Depends(door.act_as_anyone)]) -> Response:
        sign_out(desk.here, desk.visitor)
        answer = desk.go("sign-in?why=out")
        forget(answer, desk.slug)
        return answer

    @app.post("/{slug}/stay")
    def stay(desk: Annotated[Desk, Depends(door.act_as_anyone)]) -> Response:
        return Response(status_code=204, headers=HEADERS)


def _password(app: FastAPI, door: Door) -> None:
    @app.get("/{slug}/password")
    def ask(desk: Annotated[Desk, Depends(door.anyone)]) -> Response:
        return desk.show("password.html.j2")

    @app.post("/{slug}/password")
    def change(
        desk: Annotated[Desk, Depends(door.act_as_anyone)],
        old: _Secret,
        new: _Secret,
    ) -> Response:
        try:
            token = change_password(desk.here, desk.visitor, old, new, desk.wall)
        except (PasswordRefused, SignInRefused) as refusal:
            return desk.show("password.html.j2", 400, said=str(refusal))
        answer = desk.go(FIRST)
        keep_signed_in(answer, desk.slug, token)
        return answer


def _second_factor(app: FastAPI, door: Door) -> None:
    @app.get("/{slug}/second-factor")
    def ask(desk: Annotated[Desk, Depends(door.anyone)]) -> Response:
        return desk.show("second_factor.html.j2", secret=new_secret())

    @app.post("/{slug}/second-factor")
    def confirm(
        desk: Annotated[Desk, Depends(door.act_as_anyone)],
        secret: Annotated[str, Form(pattern=r"^[A-Z2-7]{32}$")],
        code: _Short,
    ) -> Response:
        if desk.visitor.has_second_factor:
            raise HTTPException(403)
        try:
            set_up(desk.here, desk.visitor, secret, code, desk.wall)
        except CodeRefused as refusal:
            return desk.show("second_factor.html.j2", 400, said=str(refusal), secret=secret)
        return desk.go(FIRST)


def _emergency(app: FastAPI, door: Door) -> None:
    @app.post("/{slug}/emergency")
    def emergency(
        desk: Annotated[Desk, Depends(door.act)],
        right: Annotated[Right, Form()],
        reason: Annotated[str, Form(min_length=10, max_length=120)],
    ) -> Response:
        break_glass(desk.here, desk.visitor, right, reason, desk.wall)
        minutes = int(LENT_FOR.total_seconds() // 60)
        return desk.show("opened.html.j2", right=right, minutes=minutes)
