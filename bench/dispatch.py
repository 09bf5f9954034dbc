"""Sending: plan and dispatch due reminders through ledger and gates, beside the bare SDK."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.book_rows import NOW, phone
from bench.carrier import carrier
from bench.measure import Sample, stopwatch
from bench.place import SLUG, environment, make_clinic

if TYPE_CHECKING:
    from tasks.room import Room

_THREADS = 8
_WORDS = (
    "Demo Physical Therapy: reminder of your visit on Thu, Jan 8 at 10:30 AM. "
    "Questions? Call (303) 555-0140. Reply STOP to opt out."
)


def ours(folder: Path, messages: int) -> Sample:
    """The two steps of a run, as the flow calls them; every message a durable row first."""
    import tasks.wiring
    import tasks.wording  # noqa: F401
    from connectors.messaging import twilio_sms  # noqa: F401 - imported before, as in a worker
    from tasks.dispatch import dispatch
    from tasks.planning import plan_messages
    from tasks.room import room

    with carrier() as address:
        make_clinic(
            folder,
            channels__sms__base_url=address,
            channels__voice__base_url=address,
            channels__public_url="http://127.0.0.1:9",
        )
        with room(SLUG) as here:
            fill(here, messages)
        with stopwatch() as planning:
            plan_messages.fn(SLUG, NOW)
        with stopwatch() as sending:
            counts = dispatch.fn(SLUG, NOW)
    if counts != {"accepted": messages}:
        raise RuntimeError(f"not everything left: {counts}")
    return Sample(
        wall=planning.wall + sending.wall,
        cpu=planning.cpu + sending.cpu,
        facts={"plan": round(planning.wall, 3), "dispatch": round(sending.wall, 3)},
    )


def bare(folder: Path, messages: int) -> Sample:
    """Twilio's SDK alone, as many threads, its proxy look-up off as in ours."""
    from twilio.rest import Client

    secrets = environment(folder)
    client = Client(secrets["DEMO_TWILIO_ACCOUNT"], secrets["DEMO_TWILIO_TOKEN"])
    client.http_client.session.trust_env = False

    def send(number: int) -> str:
        sent: str = client.messages.create(
            to=phone(number), from_="+13035550141", body=_WORDS, validity_period=3600
        ).sid
        return sent

    with carrier() as address, ThreadPoolExecutor(_THREADS) as pool:
        client.api.base_url = address
        with stopwatch() as watch:
            sent = set(pool.map(send, range(messages)))
    if len(sent) != messages:
        raise RuntimeError(f"{len(sent)} of {messages} texts were taken")
    return Sample(wall=watch.wall, cpu=watch.cpu)


def fill(here: "Room", messages: int, now: datetime = NOW) -> None:
    """As many patients who agreed to texts, each with one visit whose first reminder is due."""
    from connectors.practice.base import Snapshot
    from data_contracts.visit import Patient, Practitioner, Visit
    from tasks.book import keep_snapshot

    booked = now - timedelta(days=20)
    patients = [
        Patient(
            source_id=f"p{number}",
            first_name="Ana",
            mobile=phone(number),
            state="CO",
            timezone="America/Denver",
            contact_preference="both",
            updated_at=booked,
        )
        for number in range(messages)
    ]
    visits = [
        Visit(
            source_id=f"v{number}",
            patient_source_id=f"p{number}",
            practitioner_source_id="t1",
            visit_type="Follow-up",
            starts_at=now + timedelta(days=2, minutes=60 + number % 1000),
            booked_at=booked,
            updated_at=booked,
        )
        for number in range(messages)
    ]
    staff = [Practitioner(source_id="t1", name="Caro")]
    keep_snapshot(here, Snapshot(visits, patients, staff, watermark={"a": "b"}), now)
