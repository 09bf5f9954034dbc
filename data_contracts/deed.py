"""What the audit keeps of every look at a person and every act: who, as what, what, about, why."""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """As what somebody acts; `system` is a flow that nobody sits before."""

    CONSULTANT = "consultant"
    OWNER = "owner"
    THERAPIST = "therapist"
    FRONT_DESK = "front_desk"
    SYSTEM = "system"


class Deed(StrEnum):
    """What was done; a look at an identity is a deed too (45 CFR 164.312(b))."""

    IDENTITY_READ = "identity read"
    MESSAGE_CLAIMED = "identity read to send"
    WORDS_READ = "a patient's words read"
    CONSENT_RECORDED = "consent recorded"
    CONSENT_REVOKED = "consent revoked"
    OPT_OUT_LIFTED = "opt-out lifted by a new consent"
    NUMBER_MARKED = "number marked"
    VISIT_CONFIRMED = "visit confirmed"
    WAITING_CHANGED = "waiting list changed"
    PLAN_RECORDED = "plan of care recorded"
    PLAN_CERTIFIED = "plan of care certified"
    PROGRESS_REPORTED = "progress report recorded"
    CODE_PAIRS_LOADED = "NCCI edits loaded"
    EXPENSES_RECORDED = "therapy expenses of the year recorded"
    BOOK_WRITTEN = "book of visits changed"
    CLAIM_FILED = "claim filed"
    CLAIM_FILE_SENT = "file of claims sent"
    CLAIM_RELEASED = "held claim let go"
    CLAIM_ANSWER_READ = "answer to claims read"
    COVERAGE_READ = "a payer's answer read"
    COVERAGE_NOTED = "coverage noted in the practice system"
    TASK_REOPENED = "staff task put back"
    TASK_DONE = "staff task done"
    PATIENT_ERASED = "patient erased"
    HOLD_SET = "legal hold set"
    HOLD_LIFTED = "legal hold lifted"
    RETENTION_APPLIED = "retention applied"
    KEYS_ROTATED = "master key replaced"
    BACKUP_BEGUN = "ledger backup begun"
    BACKED_UP = "ledger backed up"
    RESTORED = "ledger restored"
    PRACTICE_CONNECTED = "practice system connected"
    PRACTICE_CONNECTION_ENDED = "practice system refused us"
    WEBHOOK_SUBSCRIBED = "webhook subscribed to"
    SPRINT_BEGUN = "sprint begun"
    SPRINT_MOVED = "sprint's next phase entered"
    LEVER_SWITCHED = "sprint's lever switched on"
    BASELINE_FROZEN = "sprint's baseline frozen"
    SAMPLE_TIMED = "staff's work timed"
    SPRINT_CLOSED = "sprint closed"
    MODEL_TRAINED = "model trained"
    VALUE_OPENED = "rows behind dollars read"
    ERROR_READ = "error's traceback read"
    HEAD_NOTED = "audit's head noted outside"
    AUDIT_VERIFIED = "audit verified"
    AUDIT_EXPORTED = "audit exported"
    DISCLOSURES_LISTED = "disclosures listed"
    INVARIANTS_CHECKED = "invariants checked"
    DISPATCH_PAUSED = "dispatch paused"
    DISPATCH_RESUMED = "dispatch resumed"
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    SESSION_ENDED = "session ended"
    USER_ADDED = "user added"
    USER_DISABLED = "user disabled"
    CREDENTIAL_SET = "password set"
    SECOND_FACTOR_SET = "second factor set up"
    GLASS_BROKEN = "emergency access"
    ACCESS_REFUSED = "access refused"
    CALLBACKS_REFUSED = "callbacks refused"
    REPORT_READ = "report read on the board"
    OWNER_TOLD = "owner told of the report"


class Actor(NamedTuple):
    """Who acts, and as what."""

    who: str
    role: Role


class Act(NamedTuple):
    """One deed; `about` is an id of ours, `why` a reason without a person's words or name."""

    deed: Deed
    about: str
    why: str
