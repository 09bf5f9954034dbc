"""Where Prefect keeps what a background task is called with: a slug, and afterwards its counts.

Prefect writes a file a call and never deletes one; so they have a folder of their own, which
both who wakes and who attends know, and which is tidied.
"""

import time
from contextlib import suppress
from pathlib import Path

from data_contracts.settings import Settings

_KEPT_FOR = 3600.0


def wake_store(settings: Settings) -> dict[str, str]:
    """Prefect's setting of that folder, for the environment in which Prefect is imported."""
    return {"PREFECT_LOCAL_STORAGE_PATH": str(_folder(settings))}


def tidy_wakes(settings: Settings) -> int:
    """Delete what is older than an hour: its run began long ago, or the sweep did its work."""
    oldest, gone = time.time() - _KEPT_FOR, 0
    for path in _folder(settings).rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
    return gone


def _folder(settings: Settings) -> Path:
    return settings.home.absolute() / "wakes"
