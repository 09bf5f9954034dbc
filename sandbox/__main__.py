"""`python -m sandbox`: prints one JSON line when ready, serves until told to stop."""

import argparse
import json
import sys
import threading
from dataclasses import fields
from datetime import date

import uvicorn

from sandbox.server import NotLoopback, bind, prepare, ready_line
from sandbox.settings import Settings


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line: every setting, and where to listen."""
    parser = argparse.ArgumentParser(prog="sandbox", description="Pretend vendors on loopback.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log-level", default="warning")
    parser.add_argument("--until-stdin-closes", action="store_true")
    for one in fields(Settings):
        kind = date.fromisoformat if one.name == "start" else type(one.default)
        parser.add_argument("--" + one.name.replace("_", "-"), type=kind, default=one.default)
    return parser.parse_args(arguments)


def main() -> int:
    """Serve; 2 when the host is not loopback."""
    given = options()
    settings = Settings(**{one.name: getattr(given, one.name) for one in fields(Settings)})
    try:
        listener = bind(given.host, given.port)
    except NotLoopback as wrong:
        sys.stderr.write(f"sandbox: {wrong}\n")
        return 2
    listener.listen(128)
    world, server = prepare(settings, listener, given.log_level)
    if given.until_stdin_closes:
        threading.Thread(target=_stop_with_stdin, args=(server,), daemon=True).start()
    sys.stdout.write(json.dumps(ready_line(world)) + "\n")
    sys.stdout.flush()
    server.run(sockets=[listener])
    world.close()
    return 0


def _stop_with_stdin(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
