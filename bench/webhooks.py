"""The receiver's event path: how fast it answers, what it loses, and how soon a reply goes out."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.bare_receiver import bare_receiver
from bench.book_rows import NOW
from bench.callbacks import Callback, forged, kept, signed, text
from bench.carrier import carrier
from bench.dispatch import fill
from bench.installation import Installation, installation, wait_for
from bench.measure import Sample
from bench.postgres import postgres
from bench.volley import Answer, percentile, volley
from data_contracts.deed import Deed
from data_contracts.message import MessageStatus, Purpose
from ledger.schema import audit, inbox, messages, opt_outs, staff_tasks, visits
from ledger.store import Ledger, open_ledger

_WARM_UP = 12.0
"""Seconds in which the process that wakes is imported beside the receiver, once a start."""


def answered(folder: Path, count: int, rate: float, clinics: int = 1) -> Sample:
    """`facts`: milliseconds to the answer at a steady rate, of ours and of a bare endpoint."""
    with installation(folder, clinics) as house:
        house.start_receiver()
        volley(house.url, _texts(house, range(50)), rate=50)
        time.sleep(_WARM_UP)
        ours = volley(house.url, _texts(house, range(50, 50 + count)), rate)
        _all_thanked(ours)
        rows = sum(kept(folder, slug).rows for slug in house.slugs)
        posts = _texts(house, range(count))
    if rows != count + 50:
        raise RuntimeError(f"{rows} of {count + 50} stand in the inbox")
    with bare_receiver() as url:
        volley(url, posts[:50], rate=50)
        bare = volley(url, posts, rate)
    facts = {"p50": 1000 * percentile(ours, 0.5), "p99": 1000 * percentile(ours, 0.99)}
    facts |= {"bare_p50": 1000 * percentile(bare, 0.5), "bare_p99": 1000 * percentile(bare, 0.99)}
    return Sample(wall=count / rate, cpu=0.0, facts=facts)


def kept_while_down(folder: Path, count: int, clinics: int = 4) -> Sample:
    """Nothing runs but the receiver; then who attends comes up. `facts`: lost, and how long."""
    with installation(folder, clinics) as house:
        house.start_receiver()
        began = time.perf_counter()
        _all_thanked(volley(house.url, _texts(house, range(count)), rate=0))
        posted = time.perf_counter() - began
        found = [kept(folder, slug) for slug in house.slugs]
        house.start_prefect()
        house.start_attending()
        began = time.perf_counter()
        wait_for(lambda: _handled(house) == count, 60 + count / 5)
        drained = time.perf_counter() - began
        once = sum(_tasks(folder, slug) for slug in house.slugs)
    lost = count - sum(one.rows for one in found)
    return Sample(drained, 0.0, facts={"lost": lost, "posted": posted, "tasks": once})


def burst(folder: Path, count: int, clinics: int, prefect_store: str | None = None) -> Sample:
    """All at once for many clinics. `facts`: handled, tasks they made, seconds until the last."""
    with installation(folder, clinics, prefect_store=prefect_store) as house:
        house.start_prefect()
        house.start_attending()
        house.start_receiver()
        volley(house.url, _texts(house, range(clinics)), rate=0)
        wait_for(lambda: _handled(house) == clinics, 120)  # every process is warm
        began = time.perf_counter()
        _all_thanked(volley(house.url, _texts(house, range(clinics, clinics + count)), rate=200))
        wait_for(lambda: _handled(house) == clinics + count, 300)
        seconds = time.perf_counter() - began
        tasks = sum(_tasks(folder, slug) for slug in house.slugs)
        runs = house.ask("task_runs/count")
    return Sample(seconds, 0.0, facts={"tasks": tasks - clinics, "runs": runs})


def burst_on(folder: Path, count: int, clinics: int, store: str) -> Sample:
    """The same with Prefect on SQLite or on a PostgreSQL of its own."""
    if store == "sqlite":
        return burst(folder, count, clinics)
    with postgres() as url:
        return burst(folder, count, clinics, url)


def reply(folder: Path, rounds: int) -> Sample:
    """From a text that came in to the answer that the carrier took, through who attends."""
    with (
        carrier() as address,
        installation(folder, 1, channels__sms__base_url=address) as house,
        _ledger(folder, house.slugs[0]) as ledger,
    ):
        _people(house, rounds + 2, _last_noon(), send=True)
        house.start_prefect()
        house.start_attending()
        house.start_receiver()
        times = [_reply(house, ledger, number) for number in range(rounds + 2)][2:]
    answers = [Answer(200, one) for one in times]
    facts = {"p50": percentile(answers, 0.5), "p95": percentile(answers, 0.95)}
    return Sample(sum(times), 0.0, facts=facts)


def disorder(folder: Path, count: int) -> Sample:
    """The same callbacks in their order, and doubled, shuffled and played again."""
    states = []
    for name in ("in_order", "disorder"):
        own = folder / name
        own.mkdir()
        with (
            carrier() as address,
            installation(own, 1, channels__sms__base_url=address) as house,
            _ledger(own, house.slugs[0]) as ledger,
        ):
            _people(house, count // 4, NOW, send=True)
            house.start_receiver()
            posts = _story(house, ledger)[:count]
            if name == "disorder":
                posts = _jumbled(posts)
            _all_thanked(volley(house.url, posts, rate=0))
            _drain(house)
            states.append(_state(ledger))
    differs = {name: [one[name] for one in states] for name in states[0]}
    differs = {name: both for name, both in differs.items() if both[0] != both[1]}
    return Sample(0.0, 0.0, facts={"differs": differs, "rows": states[0]["inbox"]})


def refused(folder: Path, count: int) -> Sample:
    """Forgeries alone. `facts`: answered 403, rows of the inbox, audited, rows of the audit."""
    with installation(folder, 1) as house, _ledger(folder, house.slugs[0]) as ledger:
        house.start_receiver()
        slug = house.slugs[0]
        posts = [forged(house.url, slug, number) for number in range(count)]
        began = time.perf_counter()
        said = Counter(one.status for one in volley(house.url, posts, rate=0))
        seconds = time.perf_counter() - began
        house.stop("receiver")
        with ledger.read() as con:
            stored = con.execute(select(func.count()).select_from(inbox)).scalar_one()
            stored += con.execute(select(func.count()).select_from(opt_outs)).scalar_one()
            query = select(audit.c.why).where(audit.c.what == Deed.CALLBACKS_REFUSED.value)
            told = [int(why.partition(" ")[0]) for why in con.execute(query).scalars()]
    facts = {"refused": said[403], "stored": stored, "audited": sum(told), "rows": len(told)}
    return Sample(seconds, 0.0, facts=facts)


def _texts(house: Installation, numbers: range) -> list[Callback]:
    slugs = house.slugs
    return [text(house.url, slugs[number % len(slugs)], number) for number in numbers]


def _all_thanked(answers: list[Answer]) -> None:
    said = Counter(one.status for one in answers)
    if said.keys() - {200, 204}:
        raise RuntimeError(f"not every callback was thanked for: {dict(said)}")


def _handled(house: Installation) -> int:
    time.sleep(0.2)  # a look costs the processors that are measured
    return sum(kept(house.folder, slug).handled for slug in house.slugs)


def _tasks(folder: Path, slug: str) -> int:
    with _ledger(folder, slug) as ledger, ledger.read() as con:
        found: int = con.execute(select(func.count()).select_from(staff_tasks)).scalar_one()
    return found


@contextmanager
def _ledger(folder: Path, slug: str) -> Iterator[Ledger]:
    ledger = open_ledger(folder / "var", slug)
    try:
        yield ledger
    finally:
        ledger.close()


def _people(house: Installation, count: int, now: datetime, *, send: bool = False) -> None:
    """As many patients with a visit, and where it is asked for a reminder that the carrier took."""
    from tasks.dispatch import dispatch
    from tasks.planning import plan_messages
    from tasks.room import room

    slug = house.slugs[0]
    with house.settings(), room(slug) as here:
        fill(here, count, now)
        if send:
            plan_messages.fn(slug, now)
            dispatch.fn(slug, now)


def _last_noon() -> datetime:
    """When a reminder may have gone out in every zone of the mainland, a day ago at the most."""
    noon = datetime.now(UTC).replace(hour=19, minute=0, second=0, microsecond=0)
    return noon if noon <= datetime.now(UTC) else noon - timedelta(days=1)


def _reply(house: Installation, ledger: Ledger, number: int) -> float:
    """Seconds from the post to the answer's row, which the carrier's answer wrote."""
    one = text(house.url, house.slugs[0], number, "Yes, I will be there")
    began = time.perf_counter()
    _all_thanked(volley(house.url, [one], rate=0))
    wait_for(lambda: _answers(ledger) > number, 60)
    seconds = time.perf_counter() - began
    time.sleep(random.uniform(1.0, 1.5))  # noqa: S311 - people do not write in step
    return seconds


def _answers(ledger: Ledger) -> int:
    query = select(func.count()).where(
        messages.c.purpose == Purpose.ANSWER.value,
        messages.c.status == MessageStatus.ACCEPTED.value,
    )
    with ledger.read() as con:
        found: int = con.execute(query).scalar_one()
    return found


def _story(house: Installation, ledger: Ledger) -> list[Callback]:
    """What a carrier tells of each message in turn; every tenth patient says STOP, others ask."""
    slug, told = house.slugs[0], []
    query = select(messages.c.message_id, messages.c.vendor_id, visits.c.source_id)
    query = query.join(visits, visits.c.visit_id == messages.c.visit_id)
    with ledger.read() as con:
        rows = list(con.execute(query.where(messages.c.vendor_id.is_not(None))))
    for number, own, vendor in sorted((int(row[2][1:]), row[0], row[1]) for row in rows):
        path = f"/twilio/{slug}/status/{own}"
        ends: dict[str, str] = {"MessageStatus": "delivered"}
        if number % 7 == 0:
            ends = {"MessageStatus": "undelivered", "ErrorCode": "30006"}
        for fields in ({"MessageStatus": "queued"}, {"MessageStatus": "sent"}, ends):
            told.append(signed(house.url, path, {"MessageSid": vendor} | fields))
        if number % 7:  # nobody answers what did not reach them
            told.append(text(house.url, slug, number, "STOP" if number % 10 == 0 else "My dog"))
    return told


def _jumbled(posts: list[Callback]) -> list[Callback]:
    """Each twice, in any order, and then a quarter of them played again."""
    chance = random.Random(20260105)  # noqa: S311 - the same disorder each time
    twice = posts * 2
    chance.shuffle(twice)
    return twice + chance.sample(posts, len(posts) // 4)


def _drain(house: Installation) -> None:
    from tasks.draining import drain

    with house.settings():
        drain.fn(house.slugs[0], NOW + timedelta(minutes=5))


def _state(ledger: Ledger) -> dict[str, Any]:
    """What came of it all, without ids that are random and times that differ."""
    with ledger.read() as con:
        fates = con.execute(
            select(messages.c.status, messages.c.reason, messages.c.channel, func.count()).group_by(
                messages.c.status, messages.c.reason, messages.c.channel
            )
        )
        asked = con.execute(
            select(staff_tasks.c.kind, staff_tasks.c.reason, func.count()).group_by(
                staff_tasks.c.kind, staff_tasks.c.reason
            )
        )
        blocked = con.execute(select(func.count()).select_from(opt_outs)).scalar_one()
        rows = con.execute(select(func.count(), func.count(inbox.c.handled_at))).one()
        return {
            "fates": sorted(tuple(map(str, row)) for row in fates),
            "tasks": sorted(tuple(map(str, row)) for row in asked),
            "blocked": blocked,
            "inbox": rows[0],
            "handled": rows[1],
        }
