"""What a payer makes of a claim: each line paid or denied, by what is true of the policy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sandbox.clearinghouse.claim import Claim, Line
from sandbox.clinic.payer import MEDICARE
from sandbox.clinic.policy import Policy

CENT = Decimal("0.01")
TIMELY = 180
THERAPY = "97"
NO_MODIFIER = frozenset({"97010"})
BUNDLED = ("97140", "97530")
"""The second is part of the first on one day, unless a modifier says that it was apart."""
APART = frozenset({"59", "XE", "XS", "XP", "XU"})


@dataclass(frozen=True)
class Adjustment:
    """A CAS: group, reason, amount."""

    group: str
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Judged:
    """One line with what was paid and why the rest was not."""

    line: Line
    paid: Decimal
    allowed: Decimal
    adjustments: tuple[Adjustment, ...]
    remark: str = ""

    @property
    def is_denied(self) -> bool:
        """Whether the payer paid nothing of it and does not say that the patient's share is all."""
        return self.allowed == 0


@dataclass(frozen=True)
class Verdict:
    """A claim with all its lines judged."""

    claim: Claim
    number: str
    """The payer's own number of it (CLP07)."""
    lines: tuple[Judged, ...]

    @property
    def paid(self) -> Decimal:
        """CLP04."""
        return sum((one.paid for one in self.lines), Decimal())

    @property
    def patient_share(self) -> Decimal:
        """CLP05."""
        every = (a for one in self.lines for a in one.adjustments)
        return sum((a.amount for a in every if a.group == "PR"), Decimal())

    @property
    def is_denied(self) -> bool:
        """Whether no line was allowed."""
        return all(one.is_denied for one in self.lines)


@dataclass
class Account:
    """What a payer remembers of one policy."""

    judged: set[tuple[date | None, str, tuple[str, ...]]] = field(default_factory=set)
    visits: set[date] = field(default_factory=set)
    authorized: dict[str, set[date]] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What counts for a claim beside itself."""

    policy: Policy
    account: Account
    used_before: int
    """Visits of the year before the day of service, as far as the payer knows from elsewhere."""
    first_year: int
    received: date


def judge(claim: Claim, number: str, standing: Standing) -> Verdict:
    """The payer's verdict; the account and the deductible move on by what was allowed."""
    whole = _whole(claim, standing)
    judged: list[Judged] = []
    copay = Decimal(standing.policy.copay or 0)
    for line in claim.lines:
        reason = whole or _single(line, claim, standing)
        if reason is not None:
            judged.append(_denied(line, *reason))
            continue
        one = _priced(line, standing, copay)
        copay -= _share(one, "3")
        judged.append(one)
    verdict = Verdict(claim, number, tuple(judged))
    _remember(verdict, standing)
    return verdict


def _whole(claim: Claim, standing: Standing) -> tuple[str, str] | None:
    """Why no line of a claim can be paid: group and reason."""
    policy, on = standing.policy, claim.on or standing.received
    if not policy.is_active(on):
        return ("PR", "26" if on < policy.begins else "27")
    if policy.pays_second and claim.order == "P":
        return ("CO", "22")
    if (standing.received - on).days > (365 if policy.payer is MEDICARE else TIMELY):
        return ("CO", "29")
    if policy.needs_authorization and (why := _unauthorized(claim, on, standing)):
        return ("CO", why)
    if policy.visit_limit is not None:
        here = {day for day in standing.account.visits if day.year == on.year and day < on}
        if max(standing.used_before, len(here) + policy.visits_elsewhere) >= policy.visit_limit:
            return ("PR", "119")
    return None


def _unauthorized(claim: Claim, on: date, standing: Standing) -> str | None:
    if not claim.authorization:
        return "197"
    approved = standing.policy.authorization(claim.authorization)
    if approved is None:
        return "15"
    if not approved.begins <= on <= approved.ends:
        return "197"
    used = standing.account.authorized.get(approved.number, set())
    return "198" if len(used - {on}) >= approved.visits else None


def _single(line: Line, claim: Claim, standing: Standing) -> tuple[str, str, str] | None:
    """Why one line cannot be paid: group, reason, remark."""
    key = (line.on, line.code, line.modifiers)
    if claim.frequency == "1" and key in standing.account.judged:
        return ("OA", "18", "")
    needs_modifier = line.code.startswith(THERAPY) and line.code not in NO_MODIFIER
    if needs_modifier and "GP" not in line.modifiers:
        return ("CO", "16", "N822") if standing.policy.payer is MEDICARE else ("CO", "4", "")
    beside = any(one.code == BUNDLED[0] and one.on == line.on for one in claim.lines)
    if line.code == BUNDLED[1] and beside and not APART & set(line.modifiers):
        return ("CO", "97", "")
    return None


def _denied(line: Line, group: str, reason: str, remark: str = "") -> Judged:
    whole = (Adjustment(group, reason, line.charge),)
    return Judged(line, Decimal(), Decimal(), whole, remark)


def _priced(line: Line, standing: Standing, copay: Decimal) -> Judged:
    """What the contract allows, less deductible, copay and coinsurance."""
    policy = standing.policy
    allowed = rounded(line.charge * Decimal(str(policy.payer.allowed)))
    year = (line.on or standing.received).year
    deducted = min(allowed, policy.left_to_deduct(year, standing.first_year))
    policy.paid_down[year] = policy.paid_down.get(year, Decimal()) + deducted
    rest = allowed - deducted
    fixed = min(rest, copay)
    share = rounded((rest - fixed) * Decimal(str(policy.coinsurance)))
    parts = (
        Adjustment("CO", "45", line.charge - allowed),
        Adjustment("PR", "1", deducted),
        Adjustment("PR", "2", share),
        Adjustment("PR", "3", fixed),
    )
    kept = tuple(one for one in parts if one.amount)
    return Judged(line, rest - fixed - share, allowed, kept)


def _share(one: Judged, reason: str) -> Decimal:
    return sum((a.amount for a in one.adjustments if a.reason == reason), Decimal())


def _remember(verdict: Verdict, standing: Standing) -> None:
    account, claim = standing.account, verdict.claim
    for one in verdict.lines:
        if not one.is_denied and one.line.on is not None:
            account.judged.add((one.line.on, one.line.code, one.line.modifiers))
            account.visits.add(one.line.on)
            if claim.authorization:
                account.authorized.setdefault(claim.authorization, set()).add(one.line.on)


def forget(verdict: Verdict, policy: Policy, account: Account) -> None:
    """What is taken back was never there: not on the account, nor off the deductible."""
    for one in verdict.lines:
        if one.is_denied or one.line.on is None:
            continue
        account.judged.discard((one.line.on, one.line.code, one.line.modifiers))
        account.visits.discard(one.line.on)
        account.authorized.get(verdict.claim.authorization, set()).discard(one.line.on)
        year = one.line.on.year
        policy.paid_down[year] = policy.paid_down.get(year, Decimal()) - _share(one, "1")


def lowered(verdict: Verdict) -> Verdict:
    """The same claim priced a tenth lower: what a payer corrects later."""
    return Verdict(verdict.claim, verdict.number, tuple(_lower(verdict.lines)))


def _lower(lines: Iterable[Judged]) -> Iterable[Judged]:
    for one in lines:
        less = rounded(one.paid / 10)
        if not less:
            yield one
            continue
        others = tuple(a for a in one.adjustments if a.reason != "45")
        contract = Adjustment("CO", "45", _share(one, "45") + less)
        adjustments = (contract, *others)
        yield Judged(one.line, one.paid - less, one.allowed - less, adjustments, one.remark)


def rounded(amount: Decimal) -> Decimal:
    """To the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)
