"""Take what came back about claims: acknowledgements and remittances, each file once.

A file is kept as it came, whatever it is; one that cannot be read is set aside with the reason and
told to a person. Nothing is removed from the folder: it is the clearinghouse's.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from connectors.errors import Unavailable
from connectors.files.drop import ASIDE
from connectors.x12.acknowledgement import read_group_verdicts, read_interchange_verdicts
from connectors.x12.claim_status_277 import read_status_reports
from connectors.x12.errors import Fault, X12Error
from connectors.x12.kind import kinds_in
from connectors.x12.remittance_835 import read_remittances
from data_contracts.acknowledgement import GroupVerdict, InterchangeVerdict, Verdict
from data_contracts.claim_life import AnswerKind, ClaimState, FileState
from data_contracts.claim_status import StatusReport
from data_contracts.clinic import Clinic
from data_contracts.deed import Act, Deed
from data_contracts.errors import ImportRefused
from data_contracts.message import Reason
from data_contracts.remittance import Remittance
from ledger import claim_files, claims, records, remittances
from ledger.audit import record
from ledger.remittances import Came, DeniedLine, JudgedPayment, Said
from ledger.store import to_json
from rules.acknowledgement import Fate, batch_fate, claim_fate
from rules.denial import standing
from rules.remittance_account import JudgedClaim, account_of
from tasks.charging import ask_to_mend_claim
from tasks.claim_filing import ask_about_file
from tasks.claim_wiring import claim_pickup
from tasks.guard import guarded_task
from tasks.payment_errands import tell_denied, tell_share
from tasks.room import Room, room

if TYPE_CHECKING:
    from connectors.files.store import FileEntry

_WRITING = timedelta(minutes=15)
"""A file that is cut off may still be on its way for so long."""
_CLAIMS = "HC"
"""GS01 of an 837."""


@guarded_task(
    name="take-claim-answers", retries=2, retry_delay_seconds=[5, 30], retry_on=(Unavailable,)
)
def take_claim_answers(slug: str, now: datetime) -> dict[str, int]:
    """Read what is new in the folder; returns counts by what it was. Safe to repeat."""
    with room(slug) as here:
        return {} if here.clinic.claims is None else take_answers(here, now)


def take_answers(here: Room, now: datetime) -> dict[str, int]:
    """A file a transaction: one that cannot be read stops no other."""
    folder = claim_pickup(here.clinic, here.settings)
    found: Counter[str] = Counter()
    for entry in folder.list():
        if entry.name.endswith(ASIDE):
            continue
        try:
            with folder.open(entry.name) as stream:
                raw = stream.read()
        except ImportRefused:
            found["too_large"] += 1
            continue
        with here.ledger.read() as con:
            if remittances.is_known(here.ledger, con, raw):
                continue
        found[_take(here, entry, raw, now)] += 1
    return dict(found)


def _take(here: Room, entry: "FileEntry", raw: bytes, now: datetime) -> str:
    came = Came(entry.name, raw, now)
    try:
        read = _read(here, raw)
    except X12Error as error:
        is_coming = error.code == Fault.TRUNCATED and now - entry.modified_at < _WRITING
        if is_coming:
            return "coming"
        with here.ledger.write() as con:
            _set_aside(here, con, came, str(error.code), now)
        return "quarantined"
    with here.ledger.write() as con:
        if remittances.is_known(here.ledger, con, raw):
            return "elsewhere"
        for one in read:
            one(con, came, now)
    return "read"


Step = Callable[[Connection, Came, datetime], None]


def _read(here: Room, raw: bytes) -> list[Step]:
    """What is to be written for a file; all of it is read before any of it is kept."""
    kinds = {one.transaction for one in kinds_in(raw)}
    steps: list[Step] = []
    groups = read_group_verdicts(raw) if kinds & {"999", "997"} else ()
    envelopes = read_interchange_verdicts(raw) if "TA1" in kinds else ()
    if groups or envelopes:
        steps.append(partial(_keep_verdicts, here, groups, envelopes))
    if "277" in kinds:
        reports = read_status_reports(raw)
        if not any(one.is_acknowledgement for one in reports):
            raise X12Error(Fault.WRONG_KIND, "a claim status that nobody asked for")
        steps.append(partial(_keep_reports, here, reports))
    if "835" in kinds:
        steps.append(partial(_keep_remittances, here, read_remittances(raw)))
    if len(steps) != 1:
        # A digest is one row: a file of several kinds is for a person to take apart.
        what = "several kinds of answer" if steps else "nothing that answers a claim"
        raise X12Error(Fault.WRONG_KIND, f"the file holds {what}")
    return steps


def _set_aside(here: Room, con: Connection, came: Came, code: str, now: datetime) -> None:
    answer_id = remittances.keep_answer(
        here.ledger, con, came, AnswerKind.OTHER, reason=f"x12_{code}"
    )
    records.add_staff_task(
        con,
        kind="look_up_claim_file",
        reason=Reason.CLAIM_ANSWER_UNREADABLE.value,
        detail=to_json({"file": came.name, "what": code}),
        due_at=now + timedelta(days=1),
        now=now,
        dedupe_key=f"look_up_claim_file|{answer_id}",
    )


def _keep_verdicts(
    here: Room,
    groups: Sequence[GroupVerdict],
    envelopes: Sequence[InterchangeVerdict],
    con: Connection,
    came: Came,
    now: datetime,
) -> None:
    """A 999 or TA1: about whole files, by the number that the file bears."""
    said: list[Said] = []
    # Of groups of claims alone: a question about coverage may bear the same number.
    told = [(one.control, one.verdict, one) for one in groups if one.functional_id == _CLAIMS]
    kind = AnswerKind.ACKNOWLEDGEMENT if groups else AnswerKind.INTERCHANGE
    unknown = 0
    for control, verdict, group in [
        *told,
        *((one.control, one.verdict, None) for one in envelopes),
    ]:
        refused = verdict is Verdict.REJECTED
        file = _answered(con, control, FileState.REFUSED if refused else None, now)
        if file is None:
            unknown += 1
            continue
        named = _named(group)
        for row in claims.of_file(con, file.file_id):
            is_refused = refused or row.control in named
            if is_refused and claims.set_fate(con, row.claim_id, ClaimState.REJECTED, now):
                code = named.get(row.control)
                said.append(
                    Said(row.claim_id, row.patient_id, kind, Fate.REJECTED.value, None, code, None)
                )
                if not refused:
                    detail = {"what": [f"999:{code}"]}
                    ask_to_mend_claim(con, row, Reason.CLAIM_REJECTED, detail, now)
        if refused:
            ask_about_file(con, file, Reason.CLAIM_FILE_REFUSED, now)
    _keep(here, con, came, kind, said, unknown, now)


def _answered(con: Connection, control: str, state: FileState | None, now: datetime) -> Any:
    if not (control.isascii() and control.isdigit()):
        return None
    return claim_files.answer(con, int(control), state or FileState.ACKNOWLEDGED, now)


def _named(group: GroupVerdict | None) -> dict[str, str]:
    """Claims that a 999 names as wrong, with the code of the first flaw."""
    found: dict[str, str] = {}
    for transaction in group.transactions if group else ():
        if transaction.verdict.is_taken:
            continue
        for one in transaction.segments:
            if one.claim:
                found.setdefault(one.claim, one.flaw.code if one.flaw else "")
    return found


def _keep_reports(
    here: Room, reports: Sequence[StatusReport], con: Connection, came: Came, now: datetime
) -> None:
    """A 277CA: each claim by our number; a batch that names none is refused or taken whole."""
    said: list[Said] = []
    unknown = 0
    ours = claims.by_control(con, (one.control for report in reports for one in report.claims))
    for report in reports:
        file = claim_files.of_batch(con, report.batch) if report.batch else None
        is_refused = batch_fate(report) is Fate.REJECTED and not report.claims
        if file is not None:
            state = FileState.REFUSED if is_refused else FileState.ACKNOWLEDGED
            claim_files.answer(con, file.control, state, now)
        if file is not None and is_refused:
            ask_about_file(con, file, Reason.CLAIM_FILE_REFUSED, now)
            for row in claims.of_file(con, file.file_id):
                said += _stated(con, row, Fate.REJECTED, report.batch_statuses, now)
        for one in report.claims:
            row = ours.get(one.control)
            if row is None:
                unknown += 1
                continue
            said += _stated(con, row, claim_fate(one), one.statuses or one.line_statuses, now)
    _keep(here, con, came, AnswerKind.CLAIM_STATUS, said, unknown, now)


_STATES = {Fate.ACCEPTED: ClaimState.ACCEPTED, Fate.REJECTED: ClaimState.REJECTED}


def _stated(
    con: Connection, row: Any, fate: Fate, statuses: Sequence[Any], now: datetime
) -> list[Said]:
    state = _STATES.get(fate)
    is_new = state is not None and claims.set_fate(con, row.claim_id, state, now)
    if is_new and fate is Fate.REJECTED:
        codes = [f"{one.category}:{one.code or ''}:{one.entity or ''}" for one in statuses]
        ask_to_mend_claim(con, row, Reason.CLAIM_REJECTED, {"what": codes}, now)
    first = statuses[0] if statuses else None
    return [
        Said(
            row.claim_id,
            row.patient_id,
            AnswerKind.CLAIM_STATUS,
            fate.value,
            first.category if first else None,
            first.code if first else None,
            first.entity if first else None,
        )
    ]


def _keep(
    here: Room,
    con: Connection,
    came: Came,
    kind: AnswerKind,
    said: Sequence[Said],
    unknown: int,
    now: datetime,
) -> None:
    answer_id = remittances.keep_answer(
        here.ledger, con, came, kind, claims=len(said), unknown=unknown
    )
    remittances.keep_statements(con, answer_id, said, now)
    record(here.ledger, con, [Act(Deed.CLAIM_ANSWER_READ, answer_id, kind.value)])


def _keep_remittances(
    here: Room, found: Sequence[Remittance], con: Connection, came: Came, now: datetime
) -> None:
    """An 835: each claim judged, its denials as rows, reversals netted over all files.

    A payment that comes again in another envelope, or in a file that was read before it was whole,
    is posted once.
    """
    found = [one for one in found if remittances.set_posted(here.ledger, con, one, now)]
    account = account_of(found)
    ours = claims.by_control(con, (one.payment.control for one in account.claims))
    judged = [
        _judged(here.clinic, found[one.place], one, ours.get(one.payment.control))
        for one in account.claims
    ]
    unknown = sum(one.claim is None for one in judged)
    answer_id = remittances.keep_answer(
        here.ledger, con, came, AnswerKind.REMITTANCE, claims=len(judged), unknown=unknown
    )
    controls = remittances.keep_payments(here.ledger, con, answer_id, judged, now)
    _net(con, controls)
    for one in judged:
        if one.claim is not None:
            claims.set_fate(con, one.claim.claim_id, ClaimState.ANSWERED, now)
            tell_denied(con, one, now)
            tell_share(con, one, now)
    record(here.ledger, con, [Act(Deed.CLAIM_ANSWER_READ, answer_id, AnswerKind.REMITTANCE.value)])


def _judged(clinic: Clinic, remittance: Remittance, one: JudgedClaim, row: Any) -> JudgedPayment:
    main = one.finding.denial if one.finding.is_denied else None
    return JudgedPayment(
        place=one.place,
        payment=one.payment,
        payer=row.payer if row is not None else _payer(clinic, remittance),
        paid_on=remittance.paid_on,
        outcome=one.finding.outcome.value,
        line_outcomes=tuple(line.outcome.value for line in one.finding.lines),
        denied=one.finding.denied,
        preventable=one.finding.preventable,
        denials=tuple(_denials(one)),
        main_class=main.denial_class.value if main else None,
        main_step=main.step.value if main else None,
        claim=row,
    )


def _denials(one: JudgedClaim) -> Iterator[DeniedLine]:
    places = {line.position: at for at, line in enumerate(one.payment.lines, start=1)}
    for line, denial in one.denied_lines():
        yield DeniedLine(
            number=places[line.position] if line else 0,
            procedure=line.procedure if line else None,
            group=denial.group,
            reason=denial.reason,
            denial_class=denial.denial_class.value,
            preventable=denial.preventable.value,
            step=denial.step.value,
            is_listed=denial.is_listed,
            amount=denial.amount,
        )


def _payer(clinic: Clinic, remittance: Remittance) -> str:
    """A payer's key in the clinic file, by its number, then by its name; else the name."""
    known = clinic.insurance.payers if clinic.insurance else {}
    for key, payer in known.items():
        if remittance.payer_id and payer.payer_id == remittance.payer_id:
            return key
    name = remittance.payer_name or remittance.payer_id or "unknown"
    named = clinic.insurance.named(name) if clinic.insurance else None
    return str(named[0]) if named else name[:60]


def _net(con: Connection, controls: Iterable[str]) -> None:
    """Which payment was a claim's first, and which stands once reversals are taken out."""
    found = remittances.adjudications(con, controls)
    first: dict[str, str] = {}
    for one in found:
        if not one.is_reversal:
            first.setdefault(one.control, one.payment_id)
    newest = {one.control: one.payment_id for one in standing(found)}
    remittances.set_standing(
        con, (one.payment_id for one in found), set(first.values()), set(newest.values())
    )
