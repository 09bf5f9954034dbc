"""What a key pressed during a call means; 9, which ends all calls, is `rules.revocation`'s."""

from data_contracts.reply import Meaning, Reading

_KEYS = {"1": Meaning.CONFIRM, "2": Meaning.RESCHEDULE}


def reading_of_key(digits: str) -> Reading:
    """A key as a reply; any other than 1 and 2 is for a person."""
    return Reading(_KEYS.get(digits, Meaning.UNCLEAR), is_automatic=digits in _KEYS)
