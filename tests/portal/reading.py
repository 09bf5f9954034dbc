"""What a page says and what the ledger holds, as tests of the board ask for it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import select

from ledger.schema import staff_tasks
from tests.portal.boarding import Board


def words(answer: httpx.Response) -> str:
    """What a reader sees, on one line; what is for screen readers alone, too."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def said(answer: httpx.Response) -> str:
    """The word by which the next page tells what a click did."""
    return parse_qs(urlsplit(answer.headers["location"]).query)["said"][0]


def section(answer: httpx.Response, name: str) -> str:
    """The words between one heading's id and the end of its section."""
    found = re.search(rf'id="{name}".*?</section>', answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group())).split())


def cell(board: Board, query: Any) -> list[Any]:
    with board.here.ledger.read() as con:
        return con.execute(query).scalars().all()


def task_of(board: Board, key: str) -> str:
    (found,) = cell(board, select(staff_tasks.c.task_id).where(staff_tasks.c.dedupe_key == key))
    return found


def outcome_of(board: Board, key: str) -> str | None:
    (found,) = cell(board, select(staff_tasks.c.outcome).where(staff_tasks.c.dedupe_key == key))
    return found
