"""Where a clinic's master key comes from, as its file says."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from data_contracts.clinic import Clinic, Delivery
from data_contracts.custody import KeyInEnvironment, KeyInKms
from data_contracts.errors import GateClosed, SecretMissing
from data_contracts.settings import Settings
from ledger.master_key import FileMaster, MasterSource, VariableMaster, WrappedMaster

if TYPE_CHECKING:
    from connectors.custody.aws_kms import AwsKms

Ask = Callable[[bytes], bytes]


def master_source(clinic: Clinic, settings: Settings) -> MasterSource:
    """The source that the clinic file names; nothing is read yet. Raises SecretMissing."""
    folder = settings.home / clinic.slug
    said = clinic.master_key
    if isinstance(said, KeyInEnvironment):
        return VariableMaster(said.variable, settings.secret)
    if isinstance(said, KeyInKms):
        kms = _kms(clinic, said, settings)
        # To unwrap needs none: a clinic that cannot be opened hears no STOP.
        wrap = _agreed(clinic, _told(clinic.slug, kms.wrap))
        unwrap = _told(clinic.slug, kms.unwrap)
        return WrappedMaster(folder / "master.kms", wrap, unwrap)
    return FileMaster(folder / "master.key")


def _agreed(clinic: Clinic, ask: Ask) -> Ask:
    """No new key goes to a vendor that could open the clinic's data and has signed nothing."""

    def asked(what: bytes) -> bytes:
        if not clinic.has_agreement("aws", datetime.now(UTC).date()):
            raise GateClosed(
                f"{clinic.slug}: no active business-associate agreement with aws, whose KMS would "
                "wrap the master key; sign one and write it under `agreements` in the clinic file"
            )
        return ask(what)

    return asked


def _told(slug: str, ask: Ask) -> Ask:
    """What a person can mend, as the doctor and the command say it."""

    def asked(what: bytes) -> bytes:
        from connectors.errors import ConnectorError

        try:
            return ask(what)
        except ConnectorError as error:
            raise SecretMissing(f"{slug}: AWS KMS gives no master key: {error}") from None

    return asked


def _kms(clinic: Clinic, said: KeyInKms, settings: Settings) -> "AwsKms":
    from connectors.custody.aws_kms import AwsKms

    return AwsKms(
        said.kms_key,
        clinic.slug,
        region=said.region,
        access_key=settings.secret(said.access_key) if said.access_key else None,
        secret_key=settings.secret(said.secret_key) if said.secret_key else None,
        base_url=str(said.base_url).rstrip("/") if said.base_url else None,
        sandbox=clinic.delivery is Delivery.SANDBOX,
    )
