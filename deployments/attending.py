"""Serve the background task that handles inboxes, warm, for every clinic of this installation."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from data_contracts.clinic_file import load_clinics
from data_contracts.errors import UserError
from data_contracts.settings import Settings
from deployments.wake_store import tidy_wakes, wake_store

log = logging.getLogger(__name__)

_AT_ONCE = 4
_LOOK_EVERY = 30.0


def attend_all(settings: Settings) -> None:
    """Until Ctrl-C or SIGTERM. Raises UserError where no Prefect server is set."""
    os.environ.update(wake_store(settings))  # before Prefect is imported: it reads them once
    from prefect.settings import PREFECT_API_URL
    from prefect.task_worker import serve

    from tasks.attending import attend

    if not PREFECT_API_URL.value():
        raise UserError("no Prefect server is set; start one, and set PREFECT_API_URL to its /api")
    threading.Thread(target=_look, args=(settings,), name="looking", daemon=True).start()
    serve(attend, limit=_AT_ONCE)


def _look(settings: Settings) -> None:
    """Look into every inbox now and then, so that replies are handled while Prefect is down too."""
    from tasks.attending import attend

    while True:
        # One wrong file must end nobody's looking: it is said, and read again the next time.
        with _said("the clinics' files"):
            for slug in load_clinics(settings.clinics):
                with _said(f"clinic {slug}"):
                    attend.fn(slug, unasked=True)
        with _said("wake-ups"):
            tidy_wakes(settings)
        time.sleep(_LOOK_EVERY)


@contextmanager
def _said(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # by class alone; what was behind it lies sealed
        log.warning("%s: not looked after (%s)", what, type(error).__name__)
