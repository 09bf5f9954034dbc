"""A revocation that a person took: at the desk, on the phone, in a mail or a letter (T5)."""

from datetime import datetime

from sqlalchemy import select

from ledger import people
from ledger.schema import patients
from tasks.consenting import NoSuchPatient
from tasks.room import Room

_PHONES = ("phone_index", "responsible_phone_index")
_MAILS = ("email_index", "responsible_email_index")


def revoke(
    here: Room, source_id: str, kinds: tuple[str, ...], source: str, evidence: str, now: datetime
) -> dict[str, int]:
    """Block a patient's numbers (`phone`) or addresses (`email`), from this transaction on.

    Returns by kind how many were open until now. Raises NoSuchPatient.
    """
    blocked = dict.fromkeys(kinds, 0)
    with here.ledger.write() as con:
        found = con.execute(select(patients).where(patients.c.source_id == source_id)).first()
        if found is None:
            raise NoSuchPatient(
                f"{here.clinic.slug}: nobody goes by that id; give the practice system's id of the"
                " patient, as it stands there"
            )
        for kind in kinds:
            names = _PHONES if kind == "phone" else _MAILS
            for index in {getattr(found, name) for name in names} - {None}:
                blocked[kind] += people.opt_out(
                    here.ledger, con, index, kind, source, now, evidence
                )
    return blocked
