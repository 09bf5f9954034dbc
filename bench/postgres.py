"""A PostgreSQL for Prefect's own store, from the system's package: Prefect needs its extension
`pg_trgm`, which the one that pip brings for our ledger's tests has not."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """Where the newest one lies; None where the package is not installed (Debian: postgresql)."""
    found = sorted(_PACKAGE.glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres() -> Iterator[str]:
    """Its address for Prefect, while the block runs; it listens on a socket alone."""
    place = binaries()
    if place is None:
        raise RuntimeError("no PostgreSQL to measure with; on Debian: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="ptclinic-pg-"))
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None  # it refuses to run as root
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(program: str, *options: str) -> None:
        subprocess.run(
            [str(place / program), "-D", str(folder / "data"), *options],
            cwd=folder,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "--username", "postgres", "--auth", "trust", "--no-sync")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -h ''", "start")
    try:
        yield f"postgresql+asyncpg://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)
