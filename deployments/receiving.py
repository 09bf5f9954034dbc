"""Put the receiver together: each clinic's inbox behind the addresses its carriers call."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial

import uvicorn
from fastapi import FastAPI

from data_contracts.clinic import Clinic, Jane
from data_contracts.deed import Actor, Role
from data_contracts.errors import UserError
from deployments.live_receivers import LiveReceivers, Make
from deployments.waking import waker
from deployments.web_server import must_be_free
from ledger.spare_keys import SpareKeys
from portal.app import create_app
from portal.door import Clock
from portal.inbound import ClinicReceiver, Clinics, SharedSecret, Sink, Unsubscribing
from tasks.announcements import jane_event
from tasks.calling import after_key, leave_voicemail, retell
from tasks.gathering import Gathering
from tasks.keeping import keep_all, keep_refusals
from tasks.mail_events import is_unsubscribe_token, unsubscribe
from tasks.room import Room, room, wall_clock

RECEIVER = Actor("receiver", Role.SYSTEM)
"""Who acts when a carrier calls back: nobody sits before it."""
LINK = Actor("link", Role.SYSTEM)
"""Who acts on a patient's page: whoever has the link and gave the birth date."""


@contextmanager
def receivers(slugs: list[str]) -> Iterator[Clinics]:
    """What the receiver needs of each clinic, as its file says at the moment that it is asked for.

    Their ledgers stay open until the end.
    """
    with ExitStack() as stack:
        yield LiveReceivers(
            {slug: _live(stack.enter_context(room(slug, RECEIVER))) for slug in slugs}
        )


def served(clinics: Mapping[str, Clinic], wanted: list[str]) -> list[str]:
    """The slugs to serve: those wanted, else every clinic that names a public address.

    Raises UserError where one is unknown, or none or one of them has no public address.
    """
    ready = [slug for slug, clinic in clinics.items() if clinic.channels.public_url]
    for slug in wanted:
        if slug not in clinics:
            raise UserError(f"no clinic {slug}; the files here are: {', '.join(clinics) or 'none'}")
        if slug not in ready:
            raise UserError(f"{slug}: nobody can call back; write channels.public_url in its file")
    if not ready:
        raise UserError("no clinic file has channels.public_url: there is nobody to receive for")
    return wanted or ready


def _live(here: Room) -> tuple[Room, Make]:
    # Keys that were made ahead are good under any file.
    return here, partial(_receiver, SpareKeys(here.ledger.keys))


def _receiver(spare: SpareKeys, here: Room) -> ClinicReceiver:
    clinic = here.clinic
    voice = clinic.channels.voice
    return ClinicReceiver(
        slug=clinic.slug,
        clinic_name=clinic.name,
        phone=clinic.phone,
        public_url=str(clinic.channels.public_url or ""),
        token=_token(clinic, here),
        record=_recording(here, spare),
        refused=partial(keep_refusals, here),
        jane=partial(jane_event, here) if isinstance(clinic.practice, Jane) else None,
        rest_hook=_rest_hook(here),
        languages=clinic.languages,
        retell=partial(retell, here),
        after_key=lambda message_id, digits: after_key(here, message_id, digits, wall_clock()),
        unsubscribing=Unsubscribing(
            knows=partial(is_unsubscribe_token, here), stop=partial(unsubscribe, here)
        ),
        pages=replace(here, ledger=replace(here.ledger, actor=LINK)),
        on_machine=partial(leave_voicemail, here) if voice and voice.detect_voicemail else None,
    )


def _rest_hook(here: Room) -> SharedSecret | None:
    hook = here.clinic.rest_hook
    return SharedSecret(hook.header, here.settings.secret(hook.secret)) if hook else None


def _token(clinic: Clinic, here: Room) -> str:
    channel = clinic.channels.sms or clinic.channels.voice
    return here.settings.secret(channel.token) if channel else ""


def _recording(here: Room, spare: SpareKeys) -> Sink:
    gathered = Gathering(partial(keep_all, here, spare=spare))
    return lambda event: gathered(event).answer


@contextmanager
def serving(clinics: Clinics, port: int, clock: Clock = wall_clock) -> Iterator[None]:
    """Serve the receiver on loopback in a thread until the end of the block; it wakes nobody."""
    server = _server(create_app(clinics, clock), "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def serve(clinics: Clinics, host: str, port: int) -> None:
    """Serve the receiver until Ctrl-C or SIGTERM. Raises UserError where it cannot listen."""
    must_be_free(host, port)
    with waker() as wake, suppress(KeyboardInterrupt):
        _server(create_app(clinics, wake=wake), host, port).run()


def _server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    # Addresses in an access log would name messages; the inbox is the record.
    return uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_level="error", access_log=False)
    )
