"""A carrier in a process of its own, forked where its modules are imported already: each test of
faults begins with one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from threading import Thread

import uvicorn

from sandbox.server import bind, prepare, ready_line
from sandbox.settings import Settings
from tests.faults.stage import PROCESSES


@contextmanager
def carrier_process(settings: Settings) -> Iterator[dict[str, str]]:
    """A sandbox's addresses by name; it ends with the block."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_serve, args=(theirs, settings))
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(20)


def _serve(line: Connection, settings: Settings) -> None:
    listener = bind("127.0.0.1", 0)
    listener.listen(128)
    # Its callers die in mid-request on purpose; the traces of that are no news.
    world, server = prepare(settings, listener, "critical")
    Thread(target=_stop_with, args=(line, server), daemon=True).start()
    line.send(ready_line(world))
    server.run(sockets=[listener])
    world.close()


def _stop_with(line: Connection, server: uvicorn.Server) -> None:
    with suppress(EOFError):
        line.recv()
    server.should_exit = True
