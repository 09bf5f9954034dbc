"""What a patient who asks for another time may be promised."""

from enum import StrEnum

from data_contracts.capabilities import Capabilities


class Promise(StrEnum):
    """What we say and then keep."""

    OFFER_TIMES = "offer_times"
    WE_WILL_CALL = "we_will_call"


def promise_of(system: Capabilities) -> Promise:
    """Times only where we can see them free and book them ourselves; else a person will call."""
    can_keep = system.can_book and system.sees_openings
    return Promise.OFFER_TIMES if can_keep else Promise.WE_WILL_CALL
