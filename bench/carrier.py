"""A carrier that answers at once: Twilio's create-message JSON over keep-alive HTTP on loopback.

`python -m bench.carrier` prints its port and serves until its standard input closes.
"""

import asyncio
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from bench.measure import ROOT

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_BODY: dict[str, object] = {
    "account_sid": "AC0123456789abcdef0123456789abcdef",
    "body": "ok",
    "date_created": "Mon, 05 Jan 2026 18:00:00 +0000",
    "date_sent": None,
    "date_updated": "Mon, 05 Jan 2026 18:00:00 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": "+13035550141",
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": "USD",
    "status": "queued",
    "to": "+13035550100",
    "api_version": "2010-04-01",
    "subresource_uris": {},
    "uri": "/2010-04-01/Accounts/AC/Messages/SM.json",
}


class _Talk(asyncio.Protocol):
    """One connection: a request in, the same answer out under the next id."""

    sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self.transport, self.waiting = cast(asyncio.Transport, transport), b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self.waiting += data
        while (whole := self._whole()) is not None:
            self.waiting = self.waiting[whole:]
            _Talk.sent += 1
            self.transport.write(_answer(_Talk.sent))

    def _whole(self) -> int | None:
        head = self.waiting.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = _LENGTH.search(self.waiting, 0, head)
        end = head + 4 + (int(length[1]) if length else 0)
        return end if len(self.waiting) >= end else None


def _answer(number: int) -> bytes:
    body = json.dumps(_BODY | {"sid": f"SM{number:032x}"}).encode()
    head = "HTTP/1.1 201 CREATED\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
    return head.format(len(body)).encode() + body


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()
    server = await loop.create_server(_Talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=_wait, args=(loop, closed), daemon=True).start()
    await closed.wait()
    server.close()


def _wait(loop: asyncio.AbstractEventLoop, closed: asyncio.Event) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(closed.set)


@contextmanager
def carrier() -> Iterator[str]:
    """Its address, while the block runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.carrier"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        answers, orders = cast(IO[str], process.stdout), cast(IO[str], process.stdin)
        yield f"http://127.0.0.1:{answers.readline().strip()}"
        orders.close()


if __name__ == "__main__":
    asyncio.run(_serve())
