"""What a carrier's refusal asks of us, whatever its codes are called."""

from enum import StrEnum


class Remedy(StrEnum):
    """What to do about a refusal, whether it came at once or with a receipt."""

    WAIT = "wait"  # nothing was sent; the same request again after a pause
    RETRY_LATER = "retry_later"  # the handset was out of reach; again in an hour, then fall back
    RETRY_ONCE = "retry_once"  # nobody knows why; one delayed attempt
    OPT_OUT = "opt_out"  # the carrier holds a STOP; write it down, next consented channel
    BAD_NUMBER = "bad_number"  # quarantine the number
    USE_VOICE = "use_voice"  # a landline; never text it again
    REVIEW_CONTENT = "review_content"  # filtered as spam; stop the template, a person looks
    CALL_PERSON = "call_person"  # key, balance, sender or registration; stop this carrier
    GIVE_UP = "give_up"  # refused for good, no better channel is implied
