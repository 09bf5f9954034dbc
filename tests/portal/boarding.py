"""A real board on loopback, a clock that a test moves, and people who sign in."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

import httpx
import uvicorn
from argon2 import PasswordHasher
from sqlalchemy import select

from data_contracts.deed import Role
from deployments.boarding import BOARD
from ledger import users
from ledger.schema import audit
from portal.board.app import create_board
from tasks.room import Room
from tasks.staff import add
from tests.cast import NOW

OWN = "four words of mine"
_KEY = re.compile(r'name="form_key" value="([0-9a-f]{64})"')


@dataclass
class Clock:
    """A moment that moves when a test says so."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **length: float) -> None:
        """Time goes on."""
        self.at += timedelta(**length)


@dataclass
class Board:
    """The running board, its clinic, and what its clocks say."""

    url: str
    here: Room
    clock: Clock = field(default_factory=Clock)
    browsers: list["Browser"] = field(default_factory=list)

    def somebody(self, name: str = "maria", role: Role = Role.FRONT_DESK) -> "Browser":
        """Somebody with a password of their own, signed in."""
        with self.here.ledger.write() as con:
            user_id = users.add_user(con, name, role, _hash_of_own(), self.clock.at)
            assert user_id is not None
            users.set_password(con, user_id, _hash_of_own(), self.clock.at, must_change=False)
        browser = self.browser(name, OWN)
        assert browser.sign_in().status_code == 303
        return browser

    def newcomer(self, name: str = "maria", role: Role = Role.FRONT_DESK) -> "Browser":
        """Somebody who signed in with the first password, and has to choose their own."""
        made = add(self.here, name, role, self.clock.at)
        browser = self.browser(name, made.password)
        assert browser.sign_in().status_code == 303
        return browser

    def browser(self, name: str = "", password: str = "") -> "Browser":
        """A browser that nobody is signed in with."""
        self.browsers.append(Browser(f"{self.url}/{self.here.clinic.slug}", name, password))
        return self.browsers[-1]

    def audited(self, *deeds: Any) -> list[tuple[str, str, str, str]]:
        """Who, as what, about and why of these deeds."""
        query = select(audit).where(audit.c.what.in_([one.value for one in deeds]))
        with self.here.ledger.read() as con:
            found = list(con.execute(query.order_by(audit.c.sequence)))
        return [(row.who, row.role, row.about, row.why) for row in found]


class Browser:
    """Keeps cookies as a browser on this machine does: loopback is safe enough for `Secure`."""

    def __init__(self, base: str, name: str, password: str) -> None:
        self.base, self.name, self.password = base, name, password
        self.cookies: dict[str, str] = {}
        self.key = ""
        self._client = httpx.Client(timeout=30)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page; the key of its forms is kept for the next post."""
        return self._ask("GET", path, headers=headers)

    def post(
        self, path: str, *, headers: dict[str, str] | None = None, **fields: Any
    ) -> httpx.Response:
        """A form of the page that was seen last."""
        if not self.key:
            self.get("password")
        return self._ask("POST", path, data={"form_key": self.key} | fields, headers=headers)

    def sign_in(self, code: str = "") -> httpx.Response:
        """Through the form, as a person does."""
        self.get("sign-in")
        answer = self.post("sign-in", name=self.name, password=self.password, code=code)
        if answer.status_code == 303:
            self.key = ""
        return answer

    def _ask(
        self, method: str, path: str, headers: dict[str, str] | None, **form: Any
    ) -> httpx.Response:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"cookie": held} | (headers or {}) if held else headers
        answer = self._client.request(method, f"{self.base}/{path}", headers=sent, **form)
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        found = _KEY.search(answer.text)
        self.key = found.group(1) if found else self.key
        return answer


@cache
def _hash_of_own() -> str:
    """A weak one: a fifth of a second for each of hundreds of sign-ins proves nothing more. Those
    who chose their password have a strong one, see `newcomer`."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(OWN)


@contextmanager
def boarding(here: Room) -> Iterator[Board]:
    """Serve the board of one clinic on a free port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    here = replace(here, ledger=replace(here.ledger, actor=BOARD))
    board = Board(f"http://127.0.0.1:{listener.getsockname()[1]}", here)
    app = create_board({here.clinic.slug: here}, board.clock, board.clock)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield board
    finally:
        for browser in board.browsers:
            browser.close()
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
