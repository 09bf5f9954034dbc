"""A receiver that checks nothing and keeps nothing: FastAPI alone, in a process of its own.

`python -m bench.bare_receiver PORT` serves until it is ended.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request, Response

from bench.installation import is_up, wait_for
from bench.measure import ROOT
from deployments.demo.services import free_port

app = FastAPI()


@app.post("/{path:path}")
async def take(path: str, request: Request) -> Response:
    """Reads the body and says thanks."""
    await request.body()
    return Response("<Response/>", media_type="text/xml")


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}


@contextmanager
def bare_receiver() -> Iterator[str]:
    """Its address, while the block runs."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare_receiver", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            wait_for(lambda: is_up(f"http://127.0.0.1:{port}/healthz"), 60)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
