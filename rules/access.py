"""Which role may do what: the least that its work needs (45 CFR 164.308(a)(4), 164.312(a)(1)).

Who is not named may not, whatever the right: a new one is closed until it has its line.
"""

from data_contracts.deed import Role
from data_contracts.right import Right

_CONSULTANT, _OWNER, _SYSTEM = Role.CONSULTANT, Role.OWNER, Role.SYSTEM
_DESK, _THERAPIST = Role.FRONT_DESK, Role.THERAPIST

ALLOWED: dict[Right, frozenset[Role]] = {
    Right.LIST_TASKS: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    Right.FINISH_TASK: frozenset({_CONSULTANT, _OWNER, _DESK}),
    Right.READ_QUEUE: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    # A patient's words say more than the name does.
    Right.READ_REPLIES: frozenset({_OWNER, _DESK}),
    Right.SETTLE_REPLY: frozenset({_OWNER, _DESK}),
    Right.READ_OFFERS: frozenset({_CONSULTANT, _OWNER, _DESK}),
    Right.READ_WAITING: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    Right.CHANGE_WAITING: frozenset({_CONSULTANT, _OWNER, _DESK}),
    # How often somebody is to come is the therapist's word.
    Right.READ_PLANS: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    Right.CHANGE_PLANS: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    Right.READ_CLAIMS: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    # Whoever lets a claim go says that the chart supports it.
    Right.RELEASE_CLAIM: frozenset({_OWNER, _DESK, _THERAPIST}),
    Right.READ_NUMBERS: frozenset({_CONSULTANT, _OWNER, _DESK}),
    Right.MARK_NUMBER: frozenset({_OWNER, _DESK}),
    # Who sets the system up needs no patient's name for it.
    Right.READ_NAMES: frozenset({_OWNER, _DESK}),
    Right.READ_VISIT: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    Right.READ_COVERAGE: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    # Each question may be billed, and tells a payer of a visit.
    Right.VERIFY_COVERAGE: frozenset({_CONSULTANT, _OWNER, _DESK, _SYSTEM}),
    Right.READ_CONSENT: frozenset({_CONSULTANT, _OWNER, _DESK}),
    Right.RECORD_CONSENT: frozenset({_CONSULTANT, _OWNER, _DESK}),
    # Whoever hears a revocation must be able to honour it (47 CFR 64.1200(a)(10)).
    Right.REVOKE_CONSENT: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST, _SYSTEM}),
    # The desk must not know whom a sprint holds out, nor how many: it would treat them otherwise.
    Right.READ_SPRINT: frozenset({_CONSULTANT, _OWNER}),
    Right.RUN_SPRINT: frozenset({_CONSULTANT, _OWNER}),
    Right.TIME_STAFF: frozenset({_CONSULTANT, _OWNER, _DESK, _THERAPIST}),
    Right.READ_MONEY: frozenset({_CONSULTANT, _OWNER}),
    # One clinic's owner has no business in another's.
    Right.READ_FLEET: frozenset({_CONSULTANT}),
    Right.READ_RETENTION: frozenset({_CONSULTANT, _OWNER, _DESK}),
    Right.APPLY_RETENTION: frozenset({_CONSULTANT, _OWNER}),
    Right.HOLD_RECORD: frozenset({_CONSULTANT, _OWNER}),
    Right.ERASE_RECORD: frozenset({_CONSULTANT, _OWNER}),
    Right.CHANGE_KEYS: frozenset({_CONSULTANT}),
    Right.BACK_UP: frozenset({_CONSULTANT, _OWNER, _SYSTEM}),
    Right.RESTORE: frozenset({_CONSULTANT}),
    Right.CONNECT: frozenset({_CONSULTANT, _OWNER}),
    Right.IMPORT: frozenset({_CONSULTANT}),
    Right.READ_MODEL: frozenset({_CONSULTANT, _OWNER}),
    Right.TRAIN_MODEL: frozenset({_CONSULTANT}),
    Right.RUN_FLOW: frozenset({_CONSULTANT, _SYSTEM}),
    # It may quote a patient: for who mends the system alone.
    Right.READ_ERRORS: frozenset({_CONSULTANT}),
    Right.VERIFY_AUDIT: frozenset({_CONSULTANT, _OWNER, _SYSTEM}),
    Right.EXPORT_AUDIT: frozenset({_CONSULTANT, _OWNER}),
    Right.LIST_DISCLOSURES: frozenset({_CONSULTANT, _OWNER, _DESK}),
    Right.CHECK_INVARIANTS: frozenset({_CONSULTANT, _OWNER, _SYSTEM}),
    Right.RESUME_DISPATCH: frozenset({_CONSULTANT, _OWNER}),
    Right.READ_USERS: frozenset({_CONSULTANT, _OWNER}),
    Right.MANAGE_USERS: frozenset({_CONSULTANT, _OWNER}),
}


def may(role: Role, right: Right) -> bool:
    """Whether a role may do it."""
    return role in ALLOWED.get(right, frozenset())
