"""Patients whose key is lost without an erasure: nobody is reached until they are read anew."""

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from ledger.audit import record
from ledger.people import identity
from ledger.schema import patients
from ledger.store import Ledger


def forget_unreadable(ledger: Ledger, con: Connection) -> int:
    """Mark who cannot be read, so that the next reading seals them anew; returns how many.

    Without a number they pass no gate, and one of them stops no dispatcher.
    """
    everyone = list(con.execute(select(patients).where(patients.c.erased_at.is_(None))))
    lost = [row.patient_id for row in everyone if not _opens(ledger, row.patient_id, row.identity)]
    for own in lost:
        ledger.keys.forget(f"patient:{own}")
        nobody = patients.update().where(patients.c.patient_id == own)
        con.execute(
            nobody.values(
                identity_hash="0" * 64,
                phone_index=None,
                email_index=None,
                responsible_phone_index=None,
                responsible_email_index=None,
            )
        )
    opened = sorted({row.patient_id for row in everyone} - set(lost))
    why = "to see whether their key opens it"
    record(ledger, con, [Act(Deed.IDENTITY_READ, own, why) for own in opened])
    return len(lost)


def _opens(ledger: Ledger, own: str, sealed: bytes) -> bool:
    try:
        identity(ledger, own, sealed)
    except InvalidTag:
        return False
    return True
