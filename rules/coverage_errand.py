"""What somebody has to do about a visit's coverage: one errand for one cause, the worst first."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from data_contracts.coverage import AuthorizationNeed, CoverageStatus, CoverageSummary
from data_contracts.verification import Errand, ErrandKind
from rules.countdown import (
    Band,
    Countdown,
    Grant,
    authorization_countdown,
    visits_countdown,
)

INACTIVE, AUTHORIZE = ErrandKind.INACTIVE, ErrandKind.AUTHORIZE
VISITS, CHECK = ErrandKind.VISITS, ErrandKind.CHECK
_OF_VISITS = {Band.NEAR: "visits_low", Band.OVER: "visits_used_up"}


class Leave(NamedTuple):
    """A payer's leave for visits, or a request for it (`is_granted` false)."""

    is_granted: bool
    starts_on: date | None
    ends_on: date | None

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        is_begun = self.starts_on is None or self.starts_on <= day
        return is_begun and (self.ends_on is None or day <= self.ends_on)


def errands(
    summary: CoverageSummary,
    valid_until: date | None,
    leaves: Iterable[Leave],
    by_rule: AuthorizationNeed = AuthorizationNeed.UNKNOWN,
) -> tuple[Errand, ...]:
    """What a person is asked to do; nothing where the visit is covered. `valid_until`: the card.

    `by_rule`: what the payer publishes of authorisation, for where its answer is silent.
    """
    if summary.status is CoverageStatus.INACTIVE:
        is_over = valid_until is not None and valid_until < summary.service_on
        return (Errand(INACTIVE, "card_expired" if is_over else "plan_inactive"),)
    if summary.status is not CoverageStatus.ACTIVE:
        return ()
    if summary.pt_covered is False:
        return (Errand(INACTIVE, "therapy_not_covered"),)
    found = [*_authorization(summary, leaves, by_rule), *_visits(summary)]
    if summary.other_payers:
        found.append(Errand(CHECK, "other_payer_named"))
    return tuple(found)


def _authorization(
    summary: CoverageSummary, leaves: Iterable[Leave], by_rule: AuthorizationNeed
) -> list[Errand]:
    said = summary.authorization
    need = by_rule if said is AuthorizationNeed.UNKNOWN else said
    if need not in (AuthorizationNeed.REQUIRED, AuthorizationNeed.POSSIBLY):
        return []
    holding = [one for one in leaves if one.covers(summary.service_on)]
    if any(one.is_granted for one in holding):
        return []
    if holding:
        return [Errand(AUTHORIZE, "authorization_pending")]
    if said is AuthorizationNeed.UNKNOWN:
        return [Errand(AUTHORIZE, "authorization_by_rule")]
    if need is AuthorizationNeed.REQUIRED:
        return [Errand(AUTHORIZE, "authorization_required")]
    return [Errand(AUTHORIZE, "authorization_possible")]


def _visits(summary: CoverageSummary) -> list[Errand]:
    left = visits_countdown(summary.visits)
    reason = _OF_VISITS.get(left.band) if left else None
    return [Errand(VISITS, reason)] if reason else []


def leave_errand(left: Countdown) -> Errand | None:
    """What a person does about an authorisation that ends; the band says how soon."""
    if left.band is Band.OVER:
        return Errand(AUTHORIZE, "authorization_ended")
    if left.band not in (Band.SOON, Band.NEAR):
        return None
    by_visits = authorization_countdown(Grant(visits_authorized=left.visits_left), 0, date.max)
    is_by_visits = left.visits_left is not None and by_visits.band is left.band
    return Errand(AUTHORIZE, "authorized_visits_low" if is_by_visits else "authorization_ends")
