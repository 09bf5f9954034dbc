"""Build a clinic's connectors from its file; a vendor without an agreement is never built.

The agreement is checked here, before any input or output, and again for each message in the
transaction that claims it (45 CFR 164.502(e)).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from data_contracts.capabilities import CAPABILITIES
from data_contracts.clinic import Clinic, Cliniko, Delivery, Jane, ReportFiles
from data_contracts.custody import BUCKET
from data_contracts.errors import GateClosed, SecretMissing, UserError
from data_contracts.message import Channel
from data_contracts.remedy import Remedy
from data_contracts.settings import Settings
from ledger.store import Ledger, open_ledger
from ledger.unsubscribe import TokenMaker
from tasks.actor import acting
from tasks.custody import master_source
from tasks.room import wall_clock

if TYPE_CHECKING:
    from connectors.clearinghouse.base import Clearinghouse
    from connectors.custody.s3_vault import S3Vault
    from connectors.messaging.base import Carrier
    from connectors.messaging.ses_queue import SesQueue
    from connectors.practice.base import PracticeSystem
    from connectors.practice.jane import Jane as JaneSystem
    from connectors.practice.jane_keeper import Keeper
    from connectors.practice.jane_login import Login
    from connectors.weather.open_meteo import OpenMeteo


def practice_system(clinic: Clinic, settings: Settings) -> "PracticeSystem":
    """The clinic's practice system. Raises GateClosed without an agreement, SecretMissing."""
    if isinstance(clinic.practice, Cliniko):
        require_agreement(clinic, "cliniko")
        return _cliniko(clinic, clinic.practice, settings)
    if isinstance(clinic.practice, Jane):
        return jane(clinic, settings)
    if clinic.practice.folder.kind == "s3":
        require_agreement(clinic, "aws")
    return _report_files(clinic, clinic.practice, settings)


class Channels(NamedTuple):
    """The carriers that may be used today, and why a channel's is not to be had."""

    carriers: Mapping[Channel, "Carrier"]
    closed: Mapping[Channel, UserError]


def open_channels(clinic: Clinic, settings: Settings) -> Channels:
    """Build each channel by itself: one wrong address or missing secret closes no other.

    None at all where delivery is off or no agreement holds.
    """
    opened: dict[Channel, Carrier] = {}
    closed: dict[Channel, UserError] = {}
    if clinic.delivery is Delivery.OFF:
        return Channels(opened, closed)
    for channel in (Channel.SMS, Channel.VOICE, Channel.EMAIL):
        if not _may_use(clinic, channel):
            continue
        try:
            opened[channel] = all_carriers(clinic, settings, channel)
        except (GateClosed, SecretMissing) as error:
            closed[channel] = error
    return Channels(opened, closed)


def carriers(clinic: Clinic, settings: Settings) -> Mapping[Channel, "Carrier"]:
    """The carriers that may be used today; `open_channels` says why one is missing."""
    return open_channels(clinic, settings).carriers


def remedy_of(clinic: Clinic, channel: Channel, said: str | None) -> Remedy:
    """What to do about a carrier's code or last word, also while its channel is closed."""
    from connectors.messaging import ses_codes, twilio_codes

    tables = {one.VENDOR: one.remedy_of for one in (ses_codes, twilio_codes)}
    vendor = clinic.channels.vendor(channel)
    return tables[vendor](said) if vendor in tables else Remedy.GIVE_UP


def all_carriers(clinic: Clinic, settings: Settings, channel: Channel) -> "Carrier":
    """One channel's carrier, whatever `delivery` says: for checks that send nothing."""
    vendor = clinic.channels.vendor(channel)
    if vendor is None:
        raise GateClosed(f"{clinic.slug}: channels has no {channel}; add it to the clinic file")
    require_agreement(clinic, vendor)
    build = {Channel.SMS: _sms, Channel.VOICE: _voice, Channel.EMAIL: _email}[channel]
    return build(clinic, settings)


def clearinghouse(
    clinic: Clinic, settings: Settings, *, is_urgent: bool = False
) -> "Clearinghouse":
    """Who asks the clinic's payers. Raises GateClosed where delivery is off, SecretMissing.

    `is_urgent`: somebody waits at the desk, so an answer has 30 seconds instead of 75.
    """
    if clinic.delivery is Delivery.OFF:
        raise GateClosed(f"{clinic.slug}: delivery is off: no payer is asked about anybody")
    return any_clearinghouse(clinic, settings, is_urgent=is_urgent)


def any_clearinghouse(
    clinic: Clinic, settings: Settings, *, is_urgent: bool = False
) -> "Clearinghouse":
    """The same whatever `delivery` says: for checks that ask about nobody."""
    from connectors.clearinghouse.build import PATIENT, URGENT, Circumstances
    from connectors.clearinghouse.build import clearinghouse as build

    part = clinic.insurance
    if part is None:
        raise GateClosed(f"{clinic.slug}: the file has no `insurance`; add it, and whom to ask")
    require_agreement(clinic, part.clearinghouse.vendor)
    circumstances = Circumstances(
        settings.secret,
        is_live=clinic.delivery is Delivery.LIVE,
        is_sandbox=is_sandbox(clinic),
        seconds=URGENT if is_urgent else PATIENT,
    )
    return build(part, circumstances)


def weather(clinic: Clinic) -> "OpenMeteo | None":
    """The forecast for the clinic's place; None where the clinic does not ask for it."""
    place = clinic.address
    if not clinic.risk.weather or place.latitude is None or place.longitude is None:
        return None
    from connectors.weather.open_meteo import OpenMeteo

    return OpenMeteo(
        place.latitude,
        place.longitude,
        clinic.timezone,
        base_url=_text(clinic.risk.weather_base_url),
        sandbox=is_sandbox(clinic),
    )


def _may_use(clinic: Clinic, channel: Channel) -> bool:
    vendor = clinic.channels.vendor(channel)
    return vendor is not None and clinic.has_agreement(vendor, wall_clock().date())


def require_agreement(clinic: Clinic, vendor: str) -> None:
    """Raises GateClosed where none with the vendor holds today."""
    if not clinic.has_agreement(vendor, wall_clock().date()):
        raise GateClosed(
            f"{clinic.slug}: no active business-associate agreement with {vendor}; sign one and "
            "write it under `agreements` in the clinic file"
        )


def is_sandbox(clinic: Clinic) -> bool:
    """Whether what is not on loopback is refused."""
    return clinic.delivery is Delivery.SANDBOX


def _text(url: object) -> str | None:
    return None if url is None else str(url).rstrip("/")


def _cliniko(clinic: Clinic, practice: Cliniko, settings: Settings) -> "PracticeSystem":
    from connectors.practice.cliniko import Cliniko as System
    from connectors.practice.cliniko_reader import Manner

    return System(
        settings.secret(practice.api_key),
        practice.contact,
        base_url=_text(practice.base_url),
        requests_per_minute=practice.requests_per_minute,
        sandbox=is_sandbox(clinic),
        manner=Manner(region_from=practice.region_from, card=practice.card),
    )


def announcing(clinic: Clinic, settings: Settings) -> "JaneSystem":
    """The clinic's practice system, where it announces what changes. Raises NotSupported."""
    from connectors.errors import NotSupported

    system = clinic.practice.system
    if not CAPABILITIES[system].has_webhooks:
        raise NotSupported(system, "it announces nothing. Read its book.", code="no_webhooks")
    return jane(clinic, settings)


def jane(clinic: Clinic, settings: Settings) -> "JaneSystem":
    """The clinic's Jane. Raises GateClosed where it has another, or no agreement; SecretMissing."""
    from connectors.practice.jane import Jane as System

    practice = jane_part(clinic)
    return System(
        str(practice.base_url),
        jane_keeper(clinic, settings),
        api_version=practice.api_version,
        requests_per_minute=practice.requests_per_minute,
        sandbox=is_sandbox(clinic),
    )


def jane_keeper(clinic: Clinic, settings: Settings) -> "Keeper":
    """Who holds the clinic's tokens; opens the ledger when the first is asked for."""
    from connectors.practice.jane_keeper import Keeper

    def opened() -> Ledger:
        master, who = master_source(clinic, settings), acting(settings)
        return open_ledger(settings.home, clinic.slug, master, settings.ledger_url, who)

    return Keeper(opened, jane_login(clinic, settings), clinic.slug)


def jane_login(clinic: Clinic, settings: Settings) -> "Login":
    """Jane's login, as the partner we are. Raises GateClosed without an agreement."""
    from connectors.practice.jane_login import Login

    practice = jane_part(clinic)
    return Login(
        str(practice.login_url),
        settings.secret(practice.client_id),
        settings.secret(practice.client_secret),
        str(practice.base_url),
        sandbox=is_sandbox(clinic),
    )


def jane_webhook(clinic: Clinic) -> str | None:
    """Where Jane announces this clinic's changes; None without channels.public_url."""
    base = _text(clinic.channels.public_url)
    return f"{base}/jane/{clinic.slug}" if base else None


def jane_part(clinic: Clinic) -> Jane:
    """Its part of the clinic's file. Raises GateClosed for another system, or no agreement."""
    if not isinstance(clinic.practice, Jane):
        raise GateClosed(f"{clinic.slug}: practice.system is {clinic.practice.system}, not jane")
    require_agreement(clinic, "jane")
    return clinic.practice


def _report_files(clinic: Clinic, practice: ReportFiles, settings: Settings) -> "PracticeSystem":
    from connectors.files.folder import folder_of
    from connectors.practice.report_files import ReportFiles as System
    from data_contracts.mapping_file import load_mapping

    return System(
        folder_of(practice.folder, settings.secret, is_sandbox(clinic)),
        [load_mapping(name) for name in practice.mappings],
        clinic.timezone,
    )


def callback(clinic: Clinic) -> str | None:
    """Where carriers reach this clinic at our receiver; None without channels.public_url."""
    base = _text(clinic.channels.public_url)
    return f"{base}/twilio/{clinic.slug}" if base else None


def _sms(clinic: Clinic, settings: Settings) -> "Carrier":
    from connectors.messaging.twilio_sms import TwilioSms

    sms = clinic.channels.sms
    assert sms is not None  # noqa: S101 - the caller asked for a channel that exists
    return TwilioSms(
        settings.secret(sms.account),
        settings.secret(sms.token),
        sms.sender,
        base_url=_text(sms.base_url),
        callback_url=callback(clinic),
        sandbox=is_sandbox(clinic),
    )


def _voice(clinic: Clinic, settings: Settings) -> "Carrier":
    from connectors.messaging.twilio_voice import TwilioVoice

    voice = clinic.channels.voice
    assert voice is not None  # noqa: S101 - the caller asked for a channel that exists
    address = callback(clinic)
    if address is None:
        raise GateClosed(
            f"{clinic.slug}: calls need channels.public_url, or nobody could press 9 to opt out"
        )
    return TwilioVoice(
        settings.secret(voice.account),
        settings.secret(voice.token),
        voice.sender,
        callback_url=address,
        base_url=_text(voice.base_url),
        sandbox=is_sandbox(clinic),
        detect_voicemail=voice.detect_voicemail,
    )


def mail_events(clinic: Clinic, settings: Settings) -> "SesQueue":
    """The queue of what became of e-mails, whatever `delivery` says, so that it can be checked.

    Raises GateClosed where the clinic names none or has no agreement.
    """
    from connectors.messaging.ses_queue import SesQueue

    email = clinic.channels.email
    if email is None or email.events_queue_url is None:
        raise GateClosed(f"{clinic.slug}: channels.email has no events_queue_url; add it")
    require_agreement(clinic, email.vendor)
    return SesQueue(
        settings.secret(email.access_key),
        settings.secret(email.secret_key),
        str(email.events_queue_url),
        region=email.region,
        sandbox=is_sandbox(clinic),
    )


def vault(clinic: Clinic, settings: Settings, to: str) -> "S3Vault":
    """The bucket that backups go to: `s3://BUCKET/PREFIX`. Raises GateClosed, SecretMissing.

    Ciphertext is health data still (45 CFR 160.103): no agreement, no bucket.
    """
    from connectors.custody.s3_vault import S3Vault

    require_agreement(clinic, "aws")
    said = clinic.backups
    bucket, _, prefix = to.removeprefix(BUCKET).partition("/")
    return S3Vault(
        bucket,
        prefix,
        base_url=_text(said.base_url),
        access_key=settings.secret(said.access_key) if said.access_key else None,
        secret_key=settings.secret(said.secret_key) if said.secret_key else None,
        region=said.region,
        sandbox=is_sandbox(clinic),
    )


def may_read_mail_events(clinic: Clinic) -> bool:
    """Whether the queue may be asked today: not where delivery is off or no agreement holds."""
    email = clinic.channels.email
    is_named = email is not None and email.events_queue_url is not None
    return is_named and clinic.delivery is not Delivery.OFF and _may_use(clinic, Channel.EMAIL)


def unsubscribe_page(clinic: Clinic) -> str | None:
    """Where an e-mail's one click goes; None without channels.public_url."""
    base = _text(clinic.channels.public_url)
    return f"{base}/email/unsubscribe/{clinic.slug}" if base else None


def _email(clinic: Clinic, settings: Settings) -> "Carrier":
    from connectors.messaging.ses_email import SesEmail

    email = clinic.channels.email
    assert email is not None  # noqa: S101 - the caller asked for a channel that exists
    return SesEmail(
        settings.secret(email.access_key),
        settings.secret(email.secret_key),
        email.sender,
        region=email.region,
        base_url=_text(email.base_url),
        configuration_set=email.configuration_set,
        unsubscribe_url=unsubscribe_page(clinic),
        unsubscribe_token=TokenMaker(settings.home, clinic.slug, master_source(clinic, settings)),
        sandbox=is_sandbox(clinic),
    )
