"""Put the receiver together: each clinic's inbox behind the addresses its carriers call."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import uvicorn

from data_contracts.clinic import Clinic
from data_contracts.inbound import InboundEvent
from portal.app import create_app
from portal.inbound import ClinicReceiver, Clinics
from tasks.reconcile import keep_inbound
from tasks.room import Room, room


@contextmanager
def receivers(slugs: list[str]) -> Iterator[Clinics]:
    """What the receiver needs of each clinic; their ledgers stay open until the end."""
    with ExitStack() as stack:
        yield {slug: _receiver(stack.enter_context(room(slug))) for slug in slugs}


def _receiver(here: Room) -> ClinicReceiver:
    clinic = here.clinic
    return ClinicReceiver(
        slug=clinic.slug,
        clinic_name=clinic.name,
        phone=clinic.phone,
        public_url=str(clinic.channels.public_url or ""),
        token=_token(clinic, here),
        record=partial(_record, here),
        languages=clinic.languages,
    )


def _token(clinic: Clinic, here: Room) -> str:
    channel = clinic.channels.sms or clinic.channels.voice
    return here.settings.secret(channel.token) if channel else ""


def _record(here: Room, event: InboundEvent) -> None:
    keep_inbound(here, event)


@contextmanager
def serving(clinics: Clinics, port: int) -> Iterator[None]:
    """Serve the receiver on loopback in a thread until the end of the block."""
    config = uvicorn.Config(
        create_app(clinics), host="127.0.0.1", port=port, log_level="error", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
