"""What a payer says of a policy: EB and what hangs below, each payer in its own manner."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sandbox.clearinghouse.segment import Segment, segment
from sandbox.clinic.policy import Policy

Rows = list[Segment]


def eb(
    information: str,
    level: str = "",
    types: str = "",
    *,
    kind: str = "",
    plan: str = "",
    period: str = "",
    amount: object = "",
    fraction: str = "",
    visits: object = "",
    unit: str = "VS",
    authorization: str = "",
    network: str = "",
) -> Segment:
    """An EB segment by the meaning of its elements."""
    quantity = ("", "") if visits == "" else (unit, str(visits))
    money = f"{amount:.2f}".removesuffix(".00") if isinstance(amount, Decimal) else str(amount)
    start = ("EB", information, level, types, kind, plan, period, money, fraction)
    return (*start, *quantity, authorization, network)


def msg(text: str) -> Segment:
    """A free text below an EB."""
    return ("MSG", text)


def told(policy: Policy, day: date, used: int, left: Decimal, service_type: str) -> Rows:
    """The 2110 rows about a day: `used` visits of the year are gone, `left` is not yet deducted."""
    payer = policy.payer
    if not policy.is_active(day):
        rows = [eb("6", "", "30", kind=payer.kind, plan=payer.plan)]
        return [*rows, ("DTP", "357", "D8", f"{policy.ends:%Y%m%d}")] if policy.ends else rows
    rows = _plan(policy, left)
    if service_type == "30" and payer.letter in ("H", "D"):
        return rows  # these tell of therapy only when asked for it
    return rows + MANNERS[payer.letter](policy, used)


def _plan(policy: Policy, left: Decimal) -> Rows:
    payer, total = policy.payer, policy.deductible
    met = total - left
    rows = [eb("1", "", "30", kind=payer.kind, plan=payer.plan)]
    if total:
        rows += _pair("C", "IND", total, left)
    if payer.kind not in ("MB", "MC"):
        most = 3000 + 4 * total
        rows += _pair("C", "FAM", 2 * total, 2 * total - met) if total else []
        rows += _pair("G", "IND", most, most - met)
    return rows


def _pair(information: str, level: str, total: int, left: Decimal) -> Rows:
    """What there is in a calendar year, and what of it remains."""
    year = eb(information, level, "30", period="23", amount=total, network="Y")
    return [year, eb(information, level, "30", period="29", amount=left, network="Y")]


def _combined(policy: Policy, used: int) -> Rows:
    """Copay on all therapies, the limit on three of them, the pool in words."""
    rows = [
        eb("1", "", "AD^AE^AF^PT", network="Y"),
        _copay("AD^AE^AF^PT", policy, authorization="N"),
    ]
    if policy.visit_limit:
        rows += _limit("AD^AE^AF", policy, used, authorization="N", network="Y")
        rows.append(msg("COMBINED LIMIT FOR PHYSICAL, OCCUPATIONAL AND SPEECH THERAPY"))
    return rows


def _in_words(policy: Policy, used: int) -> Rows:
    """The limit in HSD under chiropractic; therapy and precertification only in words."""
    rows = [eb("1", "", "33^98^UC", network="Y"), _copay("98", policy)]
    rows.append(msg("SPECIALIST VISIT, PHYSICAL THERAPY"))
    if policy.visit_limit:
        rows += [
            eb("F", "IND", "33", network="Y"),
            segment(f"HSD*VS*{policy.visit_limit}***21*1"),
            msg("SHORT TERM REHAB, PHYSICAL THERAPY"),
            eb("F", "IND", "33", network="Y"),
            segment(f"HSD*VS*{_rest(policy, used)}***29"),
            msg("SHORT TERM REHAB"),
        ]
    if policy.needs_authorization:
        rows += [eb("F", "IND", "30", network="Y")]
        rows.append(msg("PLAN REQUIRES PRECERT FOR OUTPATIENT THERAPY"))
    return rows


def _managed(policy: Policy, used: int) -> Rows:
    """Authorisation in its own element, on rows of physical therapy."""
    rows = [
        eb("1", "", "PT", authorization="Y", network="Y"),
        _copay("PT", policy, authorization="Y"),
    ]
    if policy.visit_limit:
        rows += _limit("PT", policy, used, authorization="Y", network="Y")
    return [*rows, eb("I", "", "PT", network="N")]


def _tiered(policy: Policy, used: int) -> Rows:
    """Coinsurance in two tiers and out of network; the limit is shared with chiropractic."""
    rows = [
        eb("1", "", "33^PT", network="Y"),
        eb("A", "IND", "PT", fraction=".1", network="Y"),
        msg("HIGHEST BENEFIT LEVEL, TIER 1 PROVIDERS"),
        eb("A", "IND", "PT", fraction=f"{policy.coinsurance:g}", network="Y"),
        eb("A", "IND", "PT", fraction=".4", network="N"),
    ]
    if policy.visit_limit:
        gone = min(used, policy.visit_limit)
        rows += [
            eb("F", "IND", "33^PT", period="23", visits=policy.visit_limit),
            eb("F", "IND", "33^PT", period="24", visits=gone),
            msg("LIMIT IS COMBINED FOR IN AND OUT OF NETWORK"),
        ]
    return rows


def _medicare(policy: Policy, used: int) -> Rows:
    """Part B: no visit limit; the deductible and a fifth."""
    share = eb("A", "IND", "PT", kind="MB", period="27", fraction=f"{policy.coinsurance:g}")
    return [eb("1", "", "PT", kind="MB"), share]


def _medicaid(policy: Policy, used: int) -> Rows:
    """Under physical medicine, the period only in words."""
    return [
        eb("1", "", "AE", kind="MC", authorization="Y"),
        eb("B", "IND", "AE", kind="MC", period="27", amount=0),
        eb("F", "IND", "AE", kind="MC", visits=policy.visit_limit, authorization="Y"),
        msg("PER SERVICE YEAR"),
    ]


MANNERS: dict[str, Callable[[Policy, int], Rows]] = {
    "M": _combined,
    "S": _in_words,
    "H": _managed,
    "B": _tiered,
    "R": _medicare,
    "D": _medicaid,
}


def _copay(types: str, policy: Policy, authorization: str = "") -> Segment:
    amount, sure = policy.copay, authorization
    return eb("B", "IND", types, period="27", amount=amount, authorization=sure, network="Y")


def _limit(types: str, policy: Policy, used: int, authorization: str, network: str) -> Rows:
    said = {"authorization": authorization, "network": network}
    total = eb("F", "IND", types, period="23", visits=policy.visit_limit, **said)
    return [total, eb("F", "IND", types, period="29", visits=_rest(policy, used), **said)]


def _rest(policy: Policy, used: int) -> int:
    return max(0, (policy.visit_limit or 0) - used)
