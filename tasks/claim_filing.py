"""Put ready claims into a file and the file where the clearinghouse takes it: each claim once.

A file is a row before it leaves, with all that is in it. What may have left is looked for; what
nobody can tell waits for the clearinghouse's answer, and then for a person. It is never sent twice.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import Connection

from connectors.errors import Unavailable, Unconfirmed
from connectors.files.drop import ASIDE
from connectors.x12.claim_837 import Submitter, build_claims
from connectors.x12.errors import X12Error
from connectors.x12.outgoing import Envelope
from data_contracts.claim import Claim
from data_contracts.claim_life import ClaimState, FileState
from data_contracts.clinic import Clinic, Delivery
from data_contracts.deed import Act, Deed
from data_contracts.finding import Finding, Severity
from data_contracts.message import Reason
from ledger import claim_files, claims, records
from ledger.audit import record
from ledger.store import to_json
from rules.claim_assembly import claim_of
from tasks.charging import ask_to_mend_claim
from tasks.claim_examining import drafted
from tasks.claim_facts import known_of
from tasks.claim_wiring import claim_drop, claim_part
from tasks.guard import guarded_task
from tasks.room import Room, room

if TYPE_CHECKING:
    from connectors.files.drop import FileDrop
    from connectors.files.store import FileEntry

_MOST = 2_000
"""Claims of one file: what a person can still look through, and a 999 refuses all at once."""
_SOON = timedelta(days=1)


@guarded_task(name="file-claims")
def file_claims(slug: str, now: datetime) -> dict[str, int]:
    """Write down a file of what is ready; returns counts. Nothing leaves here."""
    with room(slug) as here:
        is_off = here.clinic.claims is None or here.clinic.delivery is Delivery.OFF
        return {} if is_off else write_file(here, now)


@guarded_task(name="send-claim-files")
def send_claim_files(slug: str, now: datetime) -> dict[str, int]:
    """Send what is written down, and look for what may have left; returns counts by what became.

    Never tried again by Prefect: the next run looks first.
    """
    with room(slug) as here:
        is_off = here.clinic.claims is None or here.clinic.delivery is Delivery.OFF
        return {} if is_off else send_files(here, claim_drop(here.clinic, here.settings), now)


def write_file(here: Room, now: datetime) -> dict[str, int]:
    """One file of ready claims, with its rows, in one transaction."""
    found: Counter[str] = Counter(claims=0, held=0)
    with here.ledger.write() as con:
        ready = [row for row in claims.open_claims(con) if row.status == ClaimState.READY.value]
        made = _made(here, con, ready[:_MOST], found, now)
        if not made:
            return dict(found)
        file = claim_files.next_number(con, here.clinic.slug)
        for row, claim in made:
            claims.set_filed(here.ledger, con, row, claim, file.file_id, now)
        whole = claims.filed_claims(here.ledger, con, file.file_id)
        raw = built(here.clinic, whole, file.control, file.batch, now)
        claim_files.plan(
            con,
            file,
            digest=hashlib.sha256(raw).hexdigest(),
            size=len(raw),
            claims=len(whole),
            charge_cents=int(sum(claim.total for claim in whole) * 100),
            now=now,
        )
        acts = [Act(Deed.CLAIM_FILED, row.claim_id, file.name) for row, _ in made]
        record(here.ledger, con, acts)
    found["claims"] = len(made)
    return dict(found)


def built(
    clinic: Clinic, whole: list[Claim], control: int, batch: str, planned_at: datetime
) -> bytes:
    """The file's bytes: the same each time they are asked for, so that none need be kept."""
    part = claim_part(clinic)
    submitter = Submitter(
        name=part.billing.name,
        identifier=part.submitter.identifier,
        contact=part.submitter.contact,
        phone=part.submitter.phone,
        receiver_name=part.receiver.name,
        receiver_identifier=part.receiver.identifier,
    )
    envelope = Envelope(
        sender=part.submitter.identifier,
        receiver=part.receiver.identifier,
        control=control,
        is_test=clinic.delivery is not Delivery.LIVE,
    )
    return build_claims(whole, submitter, envelope, batch, planned_at)


def _made(
    here: Room, con: Connection, ready: list[Any], found: Counter[str], now: datetime
) -> list[tuple[Any, Claim]]:
    """The claims as they leave; one that cannot is held, with the reason, and stops no other."""
    known = known_of(here.ledger, con, here.clinic, ready)
    looked = [Act(Deed.IDENTITY_READ, one, "to file a claim") for one in known.people]
    record(here.ledger, con, looked)
    made = []
    for row in ready:
        parts = drafted(here, row, known)
        numbers = [f"{row.control}{place}" for place in range(1, len(parts.draft.lines) + 1)]
        try:
            if parts.cover is None:
                raise X12Error("missing", "no plan is on file")
            claim = claim_of(
                parts.draft,
                parts.day,
                parts.cover,
                claim_part(here.clinic).billing,
                numbers,
                parts.prior,
            )
            built(here.clinic, [claim], 1, "TRY", now)
        except (ValidationError, X12Error) as error:
            _hold(con, row, error, now)
            found["held"] += 1
            continue
        made.append((row, claim))
    return made


def _hold(con: Connection, row: Any, error: ValidationError | X12Error, now: datetime) -> None:
    """Names the field, never what stands in it."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "claim"
        what = str(first["msg"])
    else:
        where, what = "claim", error.message
    finding = Finding("claim.unfit", Severity.BLOCK, where, what, "mend it in the practice system")
    claims.set_examined(
        con,
        row,
        claims.Examined(False, row.payer, (finding,), row.fields_there, row.fields_needed),
        now,
    )
    ask_to_mend_claim(con, row, Reason.CLAIM_HELD, {"what": [finding.code], "field": where}, now)


def send_files(here: Room, drop: "FileDrop", now: datetime) -> dict[str, int]:
    """Settle what is in doubt first, then send what waits, then ask about what nobody answers."""
    found: Counter[str] = Counter(sent=0, waiting=0, in_doubt=0)
    wall = here.ledger.clock()
    with here.ledger.read() as con:
        doubtful = claim_files.in_doubt(con, wall)
    try:
        if doubtful:
            _look(here, drop.list(), doubtful, found, now)
        with here.ledger.read() as con:
            waiting = claim_files.planned(con)
        for row in waiting:
            found[_send(here, drop, row, now)] += 1
    finally:
        # A folder that refuses us ends the run here; people hear of what waits all the same.
        _tell_late(here, now)
    return dict(found)


def _tell_late(here: Room, now: datetime) -> None:
    late = now - claim_part(here.clinic).silent_after
    with here.ledger.write() as con:
        for row in claim_files.silent(con, late):
            ask_about_file(con, row, Reason.CLAIM_FILE_SILENT, now)
        for row in claim_files.planned(con):
            if row.planned_at <= late:
                ask_about_file(con, row, Reason.CLAIM_FILE_WAITING, now)


def _send(here: Room, drop: "FileDrop", row: Any, now: datetime) -> str:
    with here.ledger.read() as con:
        whole = claims.filed_claims(here.ledger, con, row.file_id)
    raw = built(here.clinic, whole, row.control, row.batch, row.planned_at)
    if hashlib.sha256(raw).hexdigest() != row.digest:
        # The clinic file says otherwise than when it was written down: what was meant is unknown.
        with here.ledger.write() as con:
            ask_about_file(con, row, Reason.FILE_EDITED, now)
        return "waiting"
    try:
        drop.put_aside(row.name, raw)
    except Unavailable:
        return "waiting"
    with here.ledger.write() as con:
        if not claim_files.take(con, row.file_id, here.ledger.clock(), now):
            return "waiting"
    try:
        drop.publish(row.name)
    except Unconfirmed:
        return _settle(here, row, FileState.UNCONFIRMED, now)
    except Unavailable:
        return _settle(here, row, FileState.PLANNED, now)
    return _settle(here, row, FileState.SENT, now)


def _settle(here: Room, row: Any, state: FileState, now: datetime) -> str:
    with here.ledger.write() as con:
        if claim_files.settle(con, row.file_id, state, now) and state is FileState.SENT:
            record(here.ledger, con, [Act(Deed.CLAIM_FILE_SENT, row.file_id, row.name)])
    return {FileState.SENT: "sent", FileState.PLANNED: "waiting"}.get(state, "in_doubt")


def _look(
    here: Room,
    there: "Iterable[FileEntry]",
    doubtful: list[Any],
    found: Counter[str],
    now: datetime,
) -> None:
    """What the folder shows of files that may have left.

    Its name there: it left. Aside still: it did not, and is sent. Neither: somebody may have taken
    it, so its answer settles it, or a person.
    """
    sizes = {entry.name: entry.size for entry in there}
    for row in doubtful:
        if sizes.get(row.name) == row.size:
            found[_settle(here, row, FileState.SENT, now)] += 1
        elif row.name not in sizes and f"{row.name}{ASIDE}" in sizes:
            _settle(here, row, FileState.PLANNED, now)
        else:
            found[_settle(here, row, FileState.UNCONFIRMED, now)] += 1


def ask_about_file(con: Connection, row: Any, reason: Reason, now: datetime) -> int:
    """Ask a person to find out what became of a file; once a file and reason."""
    return records.add_staff_task(
        con,
        kind="look_up_claim_file",
        reason=reason.value,
        detail=to_json({"file": row.name, "claims": row.claims}),
        due_at=now + _SOON,
        now=now,
        dedupe_key=f"look_up_claim_file|{row.file_id}|{reason}",
    )
