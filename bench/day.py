"""A clinic's whole day in process against the sandbox, and the same for many clinics."""

from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.measure import Sample, stopwatch
from bench.place import make_clinic
from bench.site import at_sandbox, sandbox
from deployments.demo.services import free_port

_QUARTER = timedelta(minutes=15)
_NIGHT = timedelta(hours=13)


def day(folder: Path, patients: int, steps: int, clinics: int = 1) -> Sample:
    """All five steps every quarter of an hour from seven in the morning, for every clinic.

    Reading in, training and one run on the evening before are not counted.

    `facts`: messages accepted, and CPU seconds of a clinic. The vendors' CPU is not ours.
    """
    slugs = [f"clinic-{number:03d}" for number in range(clinics)]
    with sandbox(patients) as box, ExitStack() as stack:
        evening = datetime.fromisoformat(box["now"]) + timedelta(hours=18)
        _move_clock(box, evening)
        port = free_port()
        for slug in slugs:
            make_clinic(folder, slug, **at_sandbox(box, f"http://127.0.0.1:{port}"))
            prepare(slug, evening)
        _receive(stack, slugs, port)
        for slug in slugs:
            _quarter(slug, evening)  # what had gathered, and what a process does once
        now = evening + _NIGHT
        sent: Counter[str] = Counter()
        with stopwatch() as watch:
            for _ in range(steps):
                now += _QUARTER
                _move_clock(box, now)
                for slug in slugs:
                    sent.update(_quarter(slug, now))
    facts = {"accepted": sent["accepted"], "cpu_each": watch.cpu / clinics}
    return Sample(wall=watch.wall, cpu=watch.cpu, facts=facts)


def prepare(slug: str, now: datetime) -> None:
    """Read a clinic's book in and train its model: what a first day does before it starts."""
    from tasks.book import sync_book
    from tasks.loading import load_facts

    sync_book.fn(slug, now)
    load_facts.fn(slug, now)
    _train(slug, now)


def _receive(stack: ExitStack, slugs: list[str], port: int) -> None:
    """What the carrier calls back is part of the day; here it costs this process its CPU."""
    from deployments.receiving import receivers, serving

    stack.enter_context(serving(stack.enter_context(receivers(slugs)), port))


def _quarter(slug: str, now: datetime) -> dict[str, int]:
    from tasks.book import sync_book
    from tasks.dispatch import dispatch
    from tasks.planning import plan_messages
    from tasks.reconcile import reconcile
    from tasks.scoring import score_book

    for step in (reconcile, sync_book, score_book, plan_messages):
        step.fn(slug, now)
    return dispatch.fn(slug, now)


def _train(slug: str, now: datetime) -> None:
    from tasks.room import room
    from tasks.training import train_champion

    with room(slug) as here:
        train_champion(here, now)


def _move_clock(box: dict[str, Any], now: datetime) -> None:
    answer = httpx.post(f"{box['control']}/clock", json={"now": now.isoformat()}, timeout=120)
    answer.raise_for_status()
