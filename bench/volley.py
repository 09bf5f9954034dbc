"""Post callbacks at a steady rate over kept connections, whether or not answers come: an open loop.

Plain sockets: a client library would cost more than the receiver that is measured.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.callbacks import Callback


@dataclass(frozen=True)
class Answer:
    """What one callback got, and after how many seconds since it was due to leave."""

    status: int
    seconds: float


def volley(url: str, callbacks: Sequence[Callback], rate: float, lines: int = 32) -> list[Answer]:
    """Answers in the callbacks' order; `rate` a second, 0 for as fast as the lines allow."""
    return asyncio.run(_volley(url, callbacks, rate, lines))


async def _volley(url: str, callbacks: Sequence[Callback], rate: float, lines: int) -> list[Answer]:
    where = urlsplit(url)
    host, port = str(where.hostname), int(where.port or 80)
    answers: list[Answer | None] = [None] * len(callbacks)
    waiting = iter(enumerate(callbacks))
    began = time.perf_counter()

    async def line() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for number, callback in waiting:
            due = began + number / rate if rate else time.perf_counter()
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            writer.write(_request(where.netloc, callback))
            status = await _answer(reader)
            answers[number] = Answer(status, time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(line() for _ in range(min(lines, len(callbacks)))))
    return [one for one in answers if one is not None]


def _request(host: str, callback: Callback) -> bytes:
    head = [f"POST {callback.path} HTTP/1.1", f"Host: {host}"]
    head += [f"{name}: {value}" for name, value in callback.headers.items()]
    head += [f"Content-Length: {len(callback.body)}", "", ""]
    return "\r\n".join(head).encode() + callback.body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    if rest:
        await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return int(head.split(b" ", 2)[1])


def percentile(answers: Sequence[Answer], share: float) -> float:
    """The time in seconds within which that share of answers came."""
    times = sorted(one.seconds for one in answers)
    return times[min(int(len(times) * share), len(times) - 1)]
