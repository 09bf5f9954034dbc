"""A clinic's access to Jane: one token for all, renewed by one, whichever thread or process asks.

Jane's access tokens live five minutes, its refresh tokens half an hour, and each refresh token
works once: two who used the same would throw the clinic out.
"""

import threading
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from functools import cached_property

import httpx

from connectors.errors import ContractBroken, Rejected, Unauthorized, Unavailable, Unconfirmed
from connectors.practice.jane_codes import VENDOR
from connectors.practice.jane_login import Login
from data_contracts.grant import Grant
from ledger import grants
from ledger.store import Ledger

MARGIN = timedelta(seconds=20)
"""A token that ends sooner is not used any more: the request takes its time, clocks differ."""

_TURN = timedelta(seconds=90)
_PATIENCE = 120.0
_TRIES = 2
_USED_UP = frozenset({"invalid_grant", "invalid_token"})


class Keeper:
    """Hands out the clinic's access token; thread-safe, and safe among processes of a ledger.

    `opened` opens the ledger, once, when the first token is asked for.
    """

    def __init__(
        self,
        opened: Callable[[], Ledger],
        login: Login,
        clinic: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._opened, self._login, self._clinic, self._sleep = opened, login, clinic, sleep
        self._lock = threading.RLock()

    def access(self, refused: int | None = None) -> tuple[str, int]:
        """An access token that still holds, and its generation.

        `refused`: a generation that Jane took no more; a newer one is wanted. Raises Unauthorized
        where the clinic must connect again, Unavailable where the login does not answer now.
        """
        with self._lock:
            stop = time.monotonic() + _PATIENCE
            while True:
                kept = self._kept()
                is_good = kept.grant.access_until - MARGIN > self._ledger.clock()
                if is_good and kept.generation != refused:
                    return kept.grant.access, kept.generation
                if not self._renew(kept.generation):
                    if time.monotonic() > stop:
                        raise _unavailable("another process renews the token and does not end")
                    self._sleep(0.1)

    def renew(self) -> datetime:
        """Renew whatever is left, before the refresh token runs out; until when the next lasts."""
        with self._lock:
            kept = self._kept()
            self._renew(kept.generation)
            return self._kept().grant.refresh_until

    def connect(self, grant: Grant, now: datetime) -> None:
        """Keep what a new consent gave."""
        with self._lock, self._ledger.write() as con:
            grants.connect(self._ledger, con, VENDOR, grant, now)

    def close(self) -> None:
        """Give the login's connections and the ledger back."""
        self._login.close()
        if "_ledger" in self.__dict__:
            self._ledger.close()

    @cached_property
    def _ledger(self) -> Ledger:
        return self._opened()

    def _kept(self) -> grants.Kept:
        kept = grants.kept_grant(self._ledger, VENDOR)
        if kept is None:
            raise self._again("is not connected", "not_connected")
        if kept.is_over:
            if kept.is_in_doubt:
                raise self._again("answered a refresh, and the answer was lost", "refresh_lost")
            raise self._again("no longer takes our refresh token", "refresh_refused")
        return kept

    def _renew(self, generation: int) -> bool:
        """Whether there is news: a turn of ours ended, well or with its error."""
        wall = self._ledger.clock()
        turn = grants.take_turn(self._ledger, VENDOR, generation, wall, wall + _TURN)
        if turn is None:
            return False
        grant = self._asked(turn)
        # Kept before anybody uses it: whoever dies now leaves the next one a token that works.
        grants.finish_turn(self._ledger, VENDOR, turn, grant)
        return True

    def _asked(self, turn: grants.Turn) -> Grant:
        is_in_doubt = turn.kept.is_in_doubt
        try:
            for attempt in range(1, _TRIES + 1):
                try:
                    return self._login.refresh(turn.kept.grant.refresh, self._ledger.clock())
                except Unconfirmed:
                    # Asking again costs nothing: if the first was heard, all is lost already.
                    is_in_doubt = True
                    if attempt == _TRIES:
                        raise _unavailable("the login does not answer") from None
                except Rejected as refused:
                    if refused.code not in _USED_UP:
                        raise
                    ended = turn._replace(kept=turn.kept._replace(is_in_doubt=is_in_doubt))
                    grants.end_grant(self._ledger, VENDOR, ended, self._ledger.clock())
                    self._kept()  # says why, or that another was quicker
                    raise _unavailable("another process renewed the token") from None
        except Exception as error:
            # Something came that was no pair of tokens: it may have bought one.
            is_in_doubt = is_in_doubt or isinstance(error, ContractBroken)
            grants.give_turn_back(self._ledger, VENDOR, turn, is_in_doubt=is_in_doubt)
            raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _again(self, what: str, code: str) -> Unauthorized:
        command = f"ptclinic connect jane {self._clinic}"
        return Unauthorized(
            VENDOR, f"{what}. Ask the clinic to connect again: {command}", code=code
        )


class Bearer(httpx.Auth):
    """Puts the clinic's token on each request; a refused one is renewed, once a request."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send, and where the token was refused, send once more with a newer one."""
        token, generation = self._keeper.access()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            token, _ = self._keeper.access(refused=generation)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request


def _unavailable(what: str) -> Unavailable:
    return Unavailable(VENDOR, f"{what}. Trying again is safe.", code="refresh_unanswered")
