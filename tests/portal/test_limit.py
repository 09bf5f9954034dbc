"""What is longer than our largest form is not read, by whatever address or kind."""

import httpx
import pytest
from fastapi import FastAPI, Form

from portal.limit import MAX_BODY, BodyLimit


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI()
    made.add_middleware(BodyLimit)

    @made.post("/form")
    def form(said: str = Form("")) -> dict[str, int]:
        return {"length": len(said)}

    return made


async def _parts(count: int, given: list[int]):
    yield b'--x\r\nContent-Disposition: form-data; name="said"; filename="a"\r\n\r\n'
    for _ in range(count):
        given.append(1)
        yield b"a" * 4096
    yield b"\r\n--x--\r\n"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
async def test_a_long_body_is_refused_before_it_is_all_there(app, kind):
    given: list[int] = []
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        headers = {"content-type": kind}
        answer = await client.post("/form", content=_parts(500, given), headers=headers)
    assert answer.status_code in (400, 413)
    assert sum(given) * 4096 <= MAX_BODY + 2 * 4096


@pytest.mark.anyio
async def test_what_fits_is_read(app):
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/form", data={"said": "a" * 1_600})
    assert answer.json() == {"length": 1_600}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
