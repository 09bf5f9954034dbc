"""Build what claims leave and come back through, from a clinic file; never without an agreement."""

from typing import TYPE_CHECKING

from data_contracts.claim_filing import ClaimFiling
from data_contracts.clinic import Clinic, Delivery
from data_contracts.errors import GateClosed
from data_contracts.settings import Settings
from tasks.wiring import is_sandbox, require_agreement

if TYPE_CHECKING:
    from connectors.files.drop import FileDrop
    from connectors.files.store import FileStore


def claim_part(clinic: Clinic) -> ClaimFiling:
    """Its part of the clinic's file. Raises GateClosed where claims are filed elsewhere."""
    if clinic.claims is None:
        raise GateClosed(f"{clinic.slug}: the clinic file has no `claims`; add it")
    return clinic.claims


def claim_drop(clinic: Clinic, settings: Settings) -> "FileDrop":
    """Where claim files are put. Raises GateClosed where nothing may leave, or no agreement holds.

    A file of claims is health data of many: no agreement, no file.
    """
    if clinic.delivery is Delivery.OFF:
        raise GateClosed(f"{clinic.slug}: delivery is off, so no claim leaves")
    return any_claim_drop(clinic, settings)


def any_claim_drop(clinic: Clinic, settings: Settings) -> "FileDrop":
    """The same, whatever `delivery` says: for checks that put nothing there."""
    from connectors.files.folder import drop_of

    part = claim_part(clinic)
    require_agreement(clinic, part.vendor)
    return drop_of(part.drop, settings.secret, is_sandbox(clinic))


def claim_pickup(clinic: Clinic, settings: Settings) -> "FileStore":
    """Where answers to claims arrive. Raises GateClosed without an agreement, SecretMissing."""
    from connectors.files.folder import folder_of

    part = claim_part(clinic)
    require_agreement(clinic, part.vendor)
    return folder_of(part.pickup, settings.secret, is_sandbox(clinic))


def charges_folder(clinic: Clinic, settings: Settings) -> "FileStore":
    """Where the practice system's report of charges arrives."""
    from connectors.files.folder import folder_of

    folder = claim_part(clinic).charges.folder
    if folder.kind == "s3":
        require_agreement(clinic, "aws")
    return folder_of(folder, settings.secret, is_sandbox(clinic))
