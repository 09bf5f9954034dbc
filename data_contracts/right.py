"""What a role may or may not do: a resource and an action on it."""

from enum import StrEnum


class Right(StrEnum):
    """One act at the command or on a page, as `resource: action`."""

    LIST_TASKS = "call list: read"
    FINISH_TASK = "call list: finish"
    READ_QUEUE = "queue: read"
    READ_REPLIES = "replies: read"
    SETTLE_REPLY = "replies: settle"
    READ_OFFERS = "offers: read"
    READ_WAITING = "waiting list: read"
    CHANGE_WAITING = "waiting list: change"
    READ_PLANS = "plan of care: read"
    CHANGE_PLANS = "plan of care: change"
    READ_CLAIMS = "claims: read"
    RELEASE_CLAIM = "claims: release"
    READ_NUMBERS = "numbers: read"
    MARK_NUMBER = "numbers: mark"
    READ_NAMES = "names: read"
    READ_VISIT = "visit: read"
    READ_COVERAGE = "coverage: read"
    VERIFY_COVERAGE = "coverage: verify"
    READ_CONSENT = "consent: read"
    RECORD_CONSENT = "consent: record"
    REVOKE_CONSENT = "consent: revoke"
    READ_SPRINT = "sprint: read"
    RUN_SPRINT = "sprint: run"
    TIME_STAFF = "sprint: time staff"
    READ_MONEY = "money: read"
    READ_FLEET = "fleet: read"
    READ_RETENTION = "retention: read"
    APPLY_RETENTION = "retention: apply"
    HOLD_RECORD = "record: hold"
    ERASE_RECORD = "record: erase"
    CHANGE_KEYS = "keys: change"
    BACK_UP = "ledger: copy"
    RESTORE = "ledger: restore"
    CONNECT = "connection: make"
    IMPORT = "book: import"
    READ_MODEL = "model: read"
    TRAIN_MODEL = "model: train"
    RUN_FLOW = "flow: run"
    READ_ERRORS = "errors: read"
    VERIFY_AUDIT = "audit: verify"
    EXPORT_AUDIT = "audit: export"
    LIST_DISCLOSURES = "disclosures: read"
    CHECK_INVARIANTS = "invariants: check"
    RESUME_DISPATCH = "dispatch: resume"
    READ_USERS = "users: read"
    MANAGE_USERS = "users: manage"

    @property
    def resource(self) -> str:
        """What is acted upon."""
        return self.value.partition(": ")[0]

    @property
    def action(self) -> str:
        """What is done to it."""
        return self.value.partition(": ")[2]
