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
