"""A payer that takes its time: each question is answered after the same wait, any number at once.

`python -m bench.payer SECONDS` prints its port and serves until its standard input closes; then it
prints how many were ever asked at the same time.
"""

import asyncio
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

from bench.measure import ROOT

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_BENEFITS = "".join(
    f"EB*{code}*IND*30^PT**ACME PPO*23*{money}.00****Y~MSG*ASK US BEFORE THE VISIT~"
    for code in "1ABCG"
    for money in range(100, 107)
)
_ANSWER = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*260105*1600*^*00501*000000001*0*T*:~GS*HB*PAYER*CLINIC*20260105*1600*1*X*005010X279A1~"
    "ST*271*0001*005010X279A1~BHT*0022*11*TRACE000001*20260105*1600~HL*1**20*1~"
    f"NM1*PR*2*ACME*****PI*60054~{_BENEFITS}SE*75*0001~GE*1*1~IEA*1*000000001~"
)
_BODY = json.dumps({"meta": {}, "x12": _ANSWER}).encode()
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
_REPLY = _HEAD.format(len(_BODY)).encode() + _BODY


class _Talk(asyncio.Protocol):
    """One connection: a request in, the answer out when its time has come."""

    wait, now, most = 1.0, 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self.transport, self.waiting = cast(asyncio.Transport, transport), b""

    def data_received(self, data: bytes) -> None:
        """Begin on a request that is whole."""
        self.waiting += data
        head = self.waiting.find(b"\r\n\r\n")
        length = _LENGTH.search(self.waiting, 0, head) if head >= 0 else None
        if length and len(self.waiting) >= head + 4 + int(length[1]):
            self.waiting = b""
            _Talk.now += 1
            _Talk.most = max(_Talk.most, _Talk.now)
            asyncio.get_running_loop().call_later(self.wait, self._answer)

    def _answer(self) -> None:
        _Talk.now -= 1
        self.transport.write(_REPLY)


async def _serve(seconds: float) -> None:
    _Talk.wait = seconds
    loop, closed = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(_Talk, "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)

    def wait() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=wait, daemon=True).start()
    await closed.wait()
    print(_Talk.most, flush=True)
    server.close()


@dataclass
class Payer:
    """Where it is, and afterwards how many asked it at the same time."""

    base_url: str
    most: int = 0


@contextmanager
def payer(seconds: float) -> Iterator[Payer]:
    """A payer while the block runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.payer", str(seconds)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        answers, orders = cast(IO[str], process.stdout), cast(IO[str], process.stdin)
        made = Payer(f"http://127.0.0.1:{answers.readline().strip()}")
        yield made
        orders.close()
        made.most = int(answers.readline())


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
