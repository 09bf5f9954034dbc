"""A message on its way to a patient, or a task on its way to staff."""

from enum import StrEnum


class Channel(StrEnum):
    """How a rung of the ladder reaches someone."""

    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    STAFF = "staff"

    @property
    def reaches_patient(self) -> bool:
        """Whether a carrier is involved; a staff rung ends on the call list instead."""
        return self is not Channel.STAFF


class Purpose(StrEnum):
    """Why a message exists; consent is given per purpose (47 CFR 64.1200, T10)."""

    REMINDER = "reminder"
    NEW_TIME = "new_time"
    OPT_IN = "opt_in"
    RECALL = "recall"
    REVIEW = "review"
    ANSWER = "answer"
    OFFER = "offer"

    @property
    def is_campaign(self) -> bool:
        """Whether no booked visit asks for it: consent to reminders does not cover it, and it keeps
        to the state's hours."""
        return self in (Purpose.RECALL, Purpose.REVIEW)

    @property
    def relies_on(self) -> "Purpose":
        """The purpose whose consent it needs: a confirmation has the consent that it confirms, and
        who consented to reminders gets answers to them."""
        own = (Purpose.OPT_IN, Purpose.ANSWER, Purpose.OFFER)
        return Purpose.REMINDER if self in own else self

    @property
    def tells_of_visit(self) -> bool:
        """Whether it names a visit. The confirmation of an opt-in (C3) only waits for one."""
        return self is not Purpose.OPT_IN

    @property
    def needs_its_visit(self) -> bool:
        """Whether it is worth nothing once its visit is off, moved or begun: an answer tells what
        was done, an offer of another time."""
        return self not in (Purpose.ANSWER, Purpose.OFFER)


AGREED_TO = tuple(purpose for purpose in Purpose if purpose.relies_on is purpose)
"""What people agree to, or refuse, one by one."""
CARE = tuple(purpose for purpose in AGREED_TO if not purpose.is_campaign)
"""What consent to reminders covers."""


class RiskTier(StrEnum):
    """How likely a patient is to miss a visit, in words staff use."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class MessageStatus(StrEnum):
    """Where a message stands.

    planned ─┬─> held ──> planned (the reason passed)
             ├─> claimed ──> sending ──> accepted ──> delivered | undelivered | failed
             │       │          ├──> unconfirmed ──> confirmed_sent | confirmed_absent
             │       │          └──> planned (the carrier asked to wait) | failed
             │       └──> planned (the lease ran out before anything left)
             └─> superseded | expired | handed_to_staff
    confirmed_absent ──> claimed; confirmed_sent takes receipts as accepted does.
    """

    PLANNED = "planned"
    HELD = "held"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED_SENT = "confirmed_sent"
    CONFIRMED_ABSENT = "confirmed_absent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    HANDED_TO_STAFF = "handed_to_staff"

    @property
    def is_final(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self in _FINAL

    @property
    def may_be_claimed(self) -> bool:
        """Whether a dispatcher may take it."""
        return self in (MessageStatus.PLANNED, MessageStatus.HELD, MessageStatus.CONFIRMED_ABSENT)

    @property
    def has_left(self) -> bool:
        """Whether the carrier holds it, or may; counts against the patient's caps."""
        return self in _LEFT


_FINAL = frozenset(
    {
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.SUPERSEDED,
        MessageStatus.EXPIRED,
        MessageStatus.HANDED_TO_STAFF,
    }
)
_LEFT = frozenset(
    {
        MessageStatus.SENDING,
        MessageStatus.ACCEPTED,
        MessageStatus.UNCONFIRMED,
        MessageStatus.CONFIRMED_SENT,
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
    }
)


class Reason(StrEnum):
    """Why a message was or was not sent; each has its sentence in `REASON_WORDS`."""

    DUE = "due"
    NOT_DUE = "not_due"
    NOT_THIS_TIER = "not_this_tier"
    HELD_OUT = "held_out"
    DELIVERY_OFF = "delivery_off"
    NO_BAA = "no_baa"
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    MINOR_ALONE = "minor_alone"
    BAD_NUMBER = "bad_number"
    QUIET_HOURS = "quiet_hours"
    STATE_HOURS = "state_hours"
    STATE_UNKNOWN = "state_unknown"
    SPEND_CAP = "spend_cap"
    LOW_BALANCE = "low_balance"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"
    OWN_REMINDER = "own_reminder"
    VISIT_GONE = "visit_gone"
    VISIT_MOVED = "visit_moved"
    TOO_LATE = "too_late"
    TIME_UNKNOWN = "time_unknown"
    RUNG_PASSED = "rung_passed"
    SOURCE_STALE = "source_stale"
    CONTRACT_BROKEN = "contract_broken"
    MERGED = "merged"
    CONFIRMED = "confirmed"
    OPT_IN_FIRST = "opt_in_first"
    NOT_REACHED = "not_reached"
    CARRIER_WAIT = "carrier_wait"
    CARRIER_REFUSED = "carrier_refused"
    CARRIER_SILENT = "carrier_silent"
    CARRIER_UNAUTHORIZED = "carrier_unauthorized"
    CARRIER_BROKEN = "carrier_broken"
    CHANNEL_CLOSED = "channel_closed"
    FILE_EDITED = "file_edited"
    NOT_SUPPORTED = "not_supported"
    PRACTICE_DISCONNECTED = "practice_disconnected"
    PATIENT_ERASED = "patient_erased"
    LEASE_RAN_OUT = "lease_ran_out"
    RESTORED = "restored"
    PAUSED = "paused"
    EMERGENCY_ACCESS = "emergency_access"
    DESK_CALLS = "desk_calls"
    SENT = "sent"
    RECEIPT = "receipt"
    ANSWERED = "answered"
    NOT_UNDERSTOOD = "not_understood"
    WHOSE_UNKNOWN = "whose_unknown"
    WANTS_OTHER_TIME = "wants_other_time"
    WANTS_TO_CANCEL = "wants_to_cancel"
    WANTS_A_CALL = "wants_a_call"
    COMES_LATE = "comes_late"
    NO_TIME_FREE = "no_time_free"
    BOOK_CHANGED = "book_changed"
    TIME_TAKEN = "time_taken"
    VISIT_BACK = "visit_back"
    SLOT_ACCEPTED = "slot_accepted"
    BOOK_SILENT = "book_silent"
    CLASHES = "clashes"
    BOOK_REFUSED = "book_refused"
    UNANSWERED = "unanswered"
    NO_WORDS = "no_words"
    CLAIM_HELD = "claim_held"
    CLAIM_REJECTED = "claim_rejected"
    CLAIM_CHANGED = "claim_changed"
    CLAIM_DENIED = "claim_denied"
    CLAIM_UNEXPLAINED = "claim_unexplained"
    SECOND_BY_HAND = "second_by_hand"
    SHARE_NOT_OWED = "share_not_owed"
    CLAIM_FILE_REFUSED = "claim_file_refused"
    CLAIM_FILE_SILENT = "claim_file_silent"
    CLAIM_FILE_WAITING = "claim_file_waiting"
    CLAIM_ANSWER_UNREADABLE = "claim_answer_unreadable"
    RECORD_PLAN = "record_plan_of_care"
    CERTIFY = "certify_plan_of_care"
    CHECK_CERTIFICATION = "check_certification"
    SIGN_VERBAL = "sign_verbal_order"
    EXPLAIN_DELAY = "explain_late_certification"
    RECERTIFY = "recertify_plan_of_care"
    REPORT_PROGRESS = "write_progress_report"
    RECORD_EXPENSES = "ask_medicare_for_expenses"
    ADD_KX = "add_kx_from_now"
    PREPARE_REVIEW = "prepare_for_review"
    ADD_THRESHOLD = "add_years_threshold"
    PLAN_INACTIVE = "plan_inactive"
    CARD_EXPIRED = "card_expired"
    THERAPY_NOT_COVERED = "therapy_not_covered"
    MEMBER_NOT_FOUND = "member_not_found"
    MEMBER_DATA_MISSING = "member_data_missing"
    MEMBER_DATA_UNREADABLE = "member_data_unreadable"
    AUTHORIZATION_REQUIRED = "authorization_required"
    AUTHORIZATION_POSSIBLE = "authorization_possible"
    AUTHORIZATION_BY_RULE = "authorization_by_rule"
    AUTHORIZATION_PENDING = "authorization_pending"
    AUTHORIZATION_ENDS = "authorization_ends"
    AUTHORIZATION_ENDED = "authorization_ended"
    AUTHORIZED_VISITS_LOW = "authorized_visits_low"
    VISITS_LOW = "visits_low"
    VISITS_USED_UP = "visits_used_up"
    OTHER_PAYER_NAMED = "other_payer_named"
    SECOND_POLICY = "second_policy"
    SECOND_POLICY_INACTIVE = "second_policy_inactive"
    COVERAGE_UNCLEAR = "coverage_unclear"
    PAYER_WANTS_A_CALL = "payer_wants_a_call"
    PAYER_SILENT = "payer_silent"
    PAYER_UNKNOWN = "payer_unknown"
    NOT_ENROLLED = "not_enrolled"
    PROVIDER_DATA_WRONG = "provider_data_wrong"
    PAYER_SETTINGS_WRONG = "payer_settings_wrong"
    CLEARINGHOUSE_REFUSED = "clearinghouse_refused"
    OTHER_PATIENT = "other_patient"
    WHOSE_ANSWER_UNSURE = "whose_answer_unsure"
    ANSWER_UNREADABLE = "answer_unreadable"
    NOTE_NOT_WRITTEN = "note_not_written"


REASON_WORDS: dict[Reason, str] = {
    Reason.DUE: "its moment has come",
    Reason.NOT_DUE: "its moment has not come yet",
    Reason.NOT_THIS_TIER: "this rung is for patients at higher risk",
    Reason.HELD_OUT: "the visit is in the hold-out group of the running sprint",
    Reason.DELIVERY_OFF: "the clinic file says delivery: off",
    Reason.NO_BAA: "no active business-associate agreement with the vendor",
    Reason.NO_CONSENT: "no consent on record for this channel",
    Reason.OPTED_OUT: "this number or address has opted out",
    Reason.NO_ADDRESS: "no number or address for this channel on file",
    Reason.MINOR_ALONE: "a minor, and no responsible party's number or address is on file",
    Reason.BAD_NUMBER: "the carrier says this number cannot be reached",
    Reason.QUIET_HOURS: "it is outside the hours in which the patient may be contacted",
    Reason.STATE_HOURS: "it is outside the hours in which the state lets a campaign reach people",
    Reason.STATE_UNKNOWN: "the patient's state, or this year's hours in it, are unknown",
    Reason.SPEND_CAP: "this month's spending on the channel has reached the clinic's cap",
    Reason.LOW_BALANCE: "the carrier's account is nearly empty; top it up",
    Reason.DAILY_CAP: "the patient already had today's message",
    Reason.WEEKLY_CAP: "the patient already had this week's messages",
    Reason.OWN_REMINDER: "the practice system has already reminded",
    Reason.VISIT_GONE: "the visit is no longer booked",
    Reason.VISIT_MOVED: "the visit was moved; the new time has its own message",
    Reason.TOO_LATE: "the visit has begun, or is too close for this message to help",
    Reason.TIME_UNKNOWN: "the book gives the day but no hour, so no message can name the time",
    Reason.RUNG_PASSED: "a later reminder takes its place",
    Reason.SOURCE_STALE: "the book was not read recently enough to act on",
    Reason.CONTRACT_BROKEN: "the last batch from the practice system broke its contract",
    Reason.MERGED: "the reminder of another visit on the same day names this one too",
    Reason.CONFIRMED: "this number has had the confirmation of its consent",
    Reason.OPT_IN_FIRST: "the confirmation of the patient's consent goes first",
    Reason.NOT_REACHED: "nobody answered, or the phone was out of reach",
    Reason.CARRIER_WAIT: "the carrier asked to wait",
    Reason.CARRIER_REFUSED: "the carrier refused it",
    Reason.CARRIER_SILENT: "the carrier did not answer; we look before sending again",
    Reason.CARRIER_UNAUTHORIZED: "the carrier refused our credentials",
    Reason.CARRIER_BROKEN: "the carrier is not where the clinic file says; check its settings",
    Reason.CHANNEL_CLOSED: "the channel's address is unsafe, or a secret of it is missing",
    Reason.FILE_EDITED: "the clinic's file was edited meanwhile; the next run goes by what it says",
    Reason.PRACTICE_DISCONNECTED: "the practice system no longer lets us in; connect it again",
    Reason.NOT_SUPPORTED: "the practice system or carrier cannot do this",
    Reason.PATIENT_ERASED: "the patient's data was erased",
    Reason.LEASE_RAN_OUT: "the worker that took it stopped before sending",
    Reason.RESTORED: "restored from a backup; the carrier's list is read before it is sent",
    Reason.PAUSED: "sending is paused: a nightly check found what must not be; see the runbook",
    Reason.EMERGENCY_ACCESS: "somebody acted beyond their role; see whether that was right",
    Reason.DESK_CALLS: "somebody at the desk wants it called",
    Reason.SENT: "handed to the carrier",
    Reason.ANSWERED: "a patient's answer asked for it",
    Reason.NOT_UNDERSTOOD: "the answer needs a person to read it",
    Reason.WHOSE_UNKNOWN: "nobody can tell whose answer it is, or which visit it means",
    Reason.WANTS_OTHER_TIME: "the patient wants another time",
    Reason.WANTS_TO_CANCEL: "the patient cannot come",
    Reason.WANTS_A_CALL: "the patient asked to be called",
    Reason.COMES_LATE: "the patient comes late",
    Reason.NO_TIME_FREE: "no time that suits is free in the coming weeks",
    Reason.BOOK_CHANGED: "somebody changed the visit after the patient was told of it",
    Reason.TIME_TAKEN: "the time was taken before the patient picked it",
    Reason.VISIT_BACK: "the visit that had freed the time stands there again",
    Reason.SLOT_ACCEPTED: "the patient took a time that came free; book it, then tell them",
    Reason.BOOK_SILENT: "the practice system did not answer in time; see whether it was changed",
    Reason.CLASHES: "the visit was put where another stands; see which of them keeps the time",
    Reason.BOOK_REFUSED: "the practice system refused the change",
    Reason.UNANSWERED: "the patient's answer could not be answered in time",
    Reason.NO_WORDS: "it could not be put into words; the consultant sees why (errors list)",
    Reason.RECEIPT: "the carrier reported",
    Reason.CLAIM_HELD: "a claim is held: something of it is missing or wrong",
    Reason.CLAIM_REJECTED: "a claim was turned back before anybody judged it; it was not denied",
    Reason.CLAIM_CHANGED: "its charges were changed after the claim had left",
    Reason.CLAIM_DENIED: "the payer denied a claim, or some of its lines",
    Reason.CLAIM_UNEXPLAINED: "the payer paid nothing, and gave no reason that covers the charge",
    Reason.SHARE_NOT_OWED: "the payer leaves a part to a beneficiary who may not be billed for it",
    Reason.SECOND_BY_HAND: "the first payer decided, and what goes to the second is by hand",
    Reason.CLAIM_FILE_REFUSED: "the clearinghouse refused a whole file; none of its claims arrived",
    Reason.CLAIM_FILE_SILENT: "a file of claims left, or may have, and nobody answered to it",
    Reason.CLAIM_FILE_WAITING: "a file of claims cannot be put where the clearinghouse takes it",
    Reason.CLAIM_ANSWER_UNREADABLE: "a file that came back cannot be read; it is kept as it came",
    Reason.RECORD_PLAN: "Medicare pays, and no plan of care is recorded",
    Reason.CERTIFY: "the plan of care must be signed in 30 days from the first treatment",
    Reason.CHECK_CERTIFICATION: "see in the chart whether the plan of care is signed in time",
    Reason.SIGN_VERBAL: "a verbal order for the plan of care needs its signature in 14 days",
    Reason.EXPLAIN_DELAY: "the plan of care was signed late; the chart must say why",
    Reason.RECERTIFY: "the plan of care ends; without a new signature Medicare pays no further",
    Reason.REPORT_PROGRESS: "the next visit is the tenth since the last progress report, or later",
    Reason.RECORD_EXPENSES: "what Medicare allowed this year, here and elsewhere, is unknown",
    Reason.ADD_KX: "the year's threshold is passed: claims need KX from now on",
    Reason.PREPARE_REVIEW: "the year's therapy is above the amount of targeted review",
    Reason.ADD_THRESHOLD: "nobody entered this year's KX threshold: Medicare's claims wait",
    Reason.PLAN_INACTIVE: "the payer says that the plan is not in force on the day of the visit",
    Reason.CARD_EXPIRED: "the plan is not in force, and the card on file is over; ask for the new",
    Reason.THERAPY_NOT_COVERED: "the payer says that the plan does not cover therapy",
    Reason.MEMBER_NOT_FOUND: "the payer finds nobody by what is on file; compare it with the card",
    Reason.MEMBER_DATA_MISSING: "the member id, the name or the birth date is missing on file",
    Reason.MEMBER_DATA_UNREADABLE: "the name or member id has a sign that no payer's system reads",
    Reason.AUTHORIZATION_REQUIRED: "the plan wants prior authorization, and none is on file",
    Reason.AUTHORIZATION_POSSIBLE: "the plan may want prior authorization; ask the payer",
    Reason.AUTHORIZATION_BY_RULE: "the payer's own rule wants authorization; its answer is silent",
    Reason.AUTHORIZATION_PENDING: "authorization was requested, and is not granted yet",
    Reason.AUTHORIZATION_ENDS: "the authorization is nearly over, by its date",
    Reason.AUTHORIZATION_ENDED: "the authorization is over, and visits are booked after it",
    Reason.AUTHORIZED_VISITS_LOW: "nearly all authorized visits are used or booked",
    Reason.VISITS_LOW: "the plan pays for few more visits",
    Reason.VISITS_USED_UP: "the plan pays for no more visits in its period",
    Reason.OTHER_PAYER_NAMED: "the payer names another payer; see who pays first",
    Reason.SECOND_POLICY: "a second policy is on file; which pays first is the patient's to say",
    Reason.SECOND_POLICY_INACTIVE: "the second policy on file is not in force",
    Reason.COVERAGE_UNCLEAR: "the payer's answer does not say whether the plan is in force",
    Reason.PAYER_WANTS_A_CALL: "the payer gives no answer by this way; ring it, or use its portal",
    Reason.PAYER_SILENT: "the payer has not answered; nothing is known of the plan",
    Reason.PAYER_UNKNOWN: "the clinic's file names no such payer, so nobody was asked",
    Reason.NOT_ENROLLED: "the payer answers only whom it has enrolled",
    Reason.PROVIDER_DATA_WRONG: "the payer does not know the clinic by what is on file",
    Reason.PAYER_SETTINGS_WRONG: "the payer's number in the clinic's file is wrong, or not linked",
    Reason.CLEARINGHOUSE_REFUSED: "the clearinghouse refused us; its questions wait",
    Reason.OTHER_PATIENT: "the answer was about somebody else; it was not taken",
    Reason.WHOSE_ANSWER_UNSURE: "whether the answer is about this patient is not sure",
    Reason.ANSWER_UNREADABLE: "the answer could not be read; it is kept as it came",
    Reason.NOTE_NOT_WRITTEN: "what the payer said could not be noted in the practice system",
}
