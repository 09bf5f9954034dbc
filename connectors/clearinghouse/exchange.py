"""A clearinghouse: a transport within its limits, whose answers have been looked at once."""

import secrets
import time
from collections.abc import Callable

from connectors.clearinghouse.base import Carried, Transport
from connectors.clearinghouse.payload import DOWN, Look, look
from connectors.clearinghouse.traffic import Traffic, Turn
from connectors.errors import RateLimited, Unavailable, Unconfirmed
from connectors.http_fault import FAULT_OF, Fault
from data_contracts.inquiry import Inquiry, Media, Reply

_UNSENT = frozenset(kind.__name__ for kind, fault in FAULT_OF.items() if fault is Fault.UNSENT)
_LOST = frozenset(kind.__name__ for kind, fault in FAULT_OF.items() if fault is Fault.LOST)


NAPS = (0.2, 0.4, 0.8)
"""Seconds, up to twice as long by chance, before a question that was not taken is offered again."""


class Exchange:
    """A Clearinghouse over one transport; thread-safe, and asks nothing twice by itself.

    A question changes nothing and may be asked again, though each may be billed; only of a payer
    that refuses it for a day (`may_repeat` False) a lost answer is Unconfirmed. A vendor that took
    one question too many for a moment is not asked twice: it is offered the same after a nap.
    """

    def __init__(
        self,
        transport: Transport,
        traffic: Traffic,
        *,
        naps: tuple[float, ...] = NAPS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.vendor, self._transport, self._traffic = transport.vendor, transport, traffic
        self._naps, self._clock, self._sleep = naps, clock, sleep

    def inquire(self, inquiry: Inquiry) -> Reply:
        """The answer as it came. Raises ConnectorError."""
        with self._traffic.turn(inquiry.payer_id) as turn:
            began = self._clock()
            carried = self._carried(inquiry, turn)
            return Reply(
                raw=carried.raw,
                media=carried.media,
                vendor=self.vendor,
                vendor_reference=carried.reference,
                seconds=max(0.0, self._clock() - began),
                rejections=carried.rejections,
            )

    def check(self) -> list[tuple[str, bool, str]]:
        """What was looked at, whether it is well, what to do."""
        return self._transport.check()

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()

    def _carried(self, inquiry: Inquiry, turn: Turn) -> Carried:
        try:
            carried = self._offered(inquiry)
            turn.is_down = self._looked(carried).is_down
        except RateLimited:
            raise
        except Unavailable as error:
            turn.is_down = True
            raise self._lost(inquiry, error) from None
        return carried

    def _offered(self, inquiry: Inquiry) -> Carried:
        """A 429 without a time comes where our count and theirs differ by one: the place is kept,
        so that fewer ask meanwhile."""
        for nap in self._naps:
            try:
                return self._transport.carry(inquiry)
            except RateLimited as error:
                if error.until is not None:
                    raise
                self._sleep(nap * (1 + secrets.randbelow(1000) / 1000))
        return self._transport.carry(inquiry)

    def _looked(self, carried: Carried) -> Look:
        if carried.media is Media.X12:
            return look(self.vendor, carried.raw)
        return Look(any(one.code in DOWN for one in carried.rejections))

    def _lost(self, inquiry: Inquiry, error: Unavailable) -> Unavailable | Unconfirmed:
        if error.code in _UNSENT:
            return error
        if not inquiry.may_repeat:
            words = "may have asked, and this payer refuses the same for a day. Look there first."
            return Unconfirmed(self.vendor, words, code=error.code)
        if error.code in _LOST:
            words = "no answer; the question may be billed. Trying again is safe."
            return Unavailable(self.vendor, words, code=error.code)
        return error
