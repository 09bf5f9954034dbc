"""Writers of one file take turns, whether or not Prefect runs them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Wait for the file's turn and hold it to the end of the block; freed if the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def turn_if_free(path: Path) -> Iterator[bool]:
    """The file's turn to the end of the block; false, at once, where another process or thread
    has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".turn").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def presence(path: Path) -> Iterator[None]:
    """Be seen at a file to the end of the block, beside others; gone if the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def is_anyone(path: Path) -> bool:
    """Whether a process is present at a file; one that only stands still is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".turn").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
