"""A coverage summary as a JSON document and as a page for people. Nobody is named in either."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from data_contracts.benefit import Source
from data_contracts.coverage import CoverageSummary, Meter, Meters, Refusal, Stated
from deployments.show import show_table
from rules.coverage_figure import plain

_COVERED = {True: "yes", False: "no", None: "not said"}
_PERIODS = {
    "21": "a year",
    "22": "a service year",
    "23": "a calendar year",
    "25": "a contract",
    "26": "an episode",
    "32": "a lifetime",
}


def document(
    summary: CoverageSummary, warnings: Iterable[str], *, with_sources: bool
) -> dict[str, Any]:
    """The JSON document: a figure is a number where it is one, else `{low, high}`.

    `estimated` says that a figure was worked out, or is said of another service than therapy.
    """
    found = {
        "service_on": summary.service_on.isoformat(),
        "status": summary.status.value,
        "plan": summary.plan,
        "insurance_type": summary.insurance_type,
        "network": summary.network.value,
        "pt_covered": summary.pt_covered,
        "copay": figure(summary.copay),
        "coinsurance": figure(summary.coinsurance),
        "deductible": _meters(summary.deductible),
        "out_of_pocket": _meters(summary.out_of_pocket),
        "visits": {
            "limit": figure(summary.visits.limit),
            "used": figure(summary.visits.used),
            "remaining": figure(summary.visits.remaining),
            "pool": list(summary.visits.pool),
            "period": summary.visits.period,
        },
        "authorization": summary.authorization.value,
        "other_payer": _other_payer(summary),
        "other_payers": [{"name": one.name, "role": one.role} for one in summary.other_payers],
        "is_qmb": summary.is_qmb,
        "rejections": [_rejection(one) for one in summary.rejections],
        "notes": list(summary.notes),
        "warnings": list(warnings),
    }
    if with_sources:
        found["sources"] = {
            name: [_source(one) for one in segments] for name, segments in _segments(summary)
        }
    return found


def figure(stated: Stated[Decimal] | None) -> int | float | dict[str, Any] | None:
    """A number, or the range that is all that can be said."""
    if stated is None:
        return None
    if not stated.is_ambiguous and not stated.is_estimated:
        return _number(stated.low)
    found: dict[str, Any] = {"low": _number(stated.low), "high": _number(stated.high)}
    if stated.is_estimated:
        found["estimated"] = True
    return found


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _meters(meters: Meters) -> dict[str, Any]:
    return {"individual": _meter(meters.individual), "family": _meter(meters.family)}


def _meter(meter: Meter) -> dict[str, Any]:
    return {"total": figure(meter.total), "remaining": figure(meter.remaining)}


def _other_payer(summary: CoverageSummary) -> str | None:
    names = [one.name or "unnamed" for one in summary.other_payers]
    return "; ".join(dict.fromkeys(names)) or None


def _rejection(one: Refusal) -> dict[str, Any]:
    return {
        "code": one.code,
        "follow_up": one.follow_up,
        "loop": one.loop.value,
        "action": one.action.value,
        "meaning": one.meaning,
        "wait_days": one.wait.days if one.wait else None,
    }


def _source(one: Source) -> dict[str, Any]:
    return {"position": one.position, "segment": one.segment}


def _segments(summary: CoverageSummary) -> Iterator[tuple[str, Sequence[Source]]]:
    """What each figure stands on, by its place in the document."""
    yield "status", summary.status_sources
    figures = {
        "copay": summary.copay,
        "coinsurance": summary.coinsurance,
        **_meter_figures("deductible", summary.deductible),
        **_meter_figures("out_of_pocket", summary.out_of_pocket),
        "visits.limit": summary.visits.limit,
        "visits.used": summary.visits.used,
        "visits.remaining": summary.visits.remaining,
    }
    yield from ((name, one.sources) for name, one in figures.items() if one)
    if summary.authorization_sources:
        yield "authorization", summary.authorization_sources
    if summary.other_payers:
        yield "other_payer", [one.source for one in summary.other_payers]
    if summary.rejections:
        yield "rejections", [one.source for one in summary.rejections]


def _meter_figures(name: str, meters: Meters) -> dict[str, Stated[Decimal] | None]:
    return {
        f"{name}.{whose}.{part}": getattr(meter, part)
        for whose, meter in zip(("individual", "family"), meters, strict=True)
        for part in ("total", "remaining")
    }


def show_page(summary: CoverageSummary, warnings: Iterable[str], *, with_sources: bool) -> None:
    """Tables: what counts first, then what is unsure, then the segments if they were asked for."""
    title = f"Coverage on {summary.service_on.isoformat()}: {summary.status.value}"
    show_table(title, ["what", "is"], _lines(summary))
    if summary.rejections:
        columns = ["code", "where", "meaning", "what to do", "the payer adds"]
        show_table("Refused", columns, [_refused(one) for one in summary.rejections])
    if summary.notes:
        show_table("To know", ["note"], [[one] for one in summary.notes])
    found = list(warnings)
    if found:
        show_table("About the file", ["warning"], [[one] for one in found])
    if with_sources:
        rows = [
            [name, str(one.position), one.segment]
            for name, segments in _segments(summary)
            for one in segments
        ]
        show_table("Segments", ["of", "place", "segment"], rows)


def _lines(summary: CoverageSummary) -> list[list[str]]:
    found = [
        ["plan", summary.plan or "-"],
        ["therapy covered", _COVERED[summary.pt_covered]],
        ["copay", _money(summary.copay)],
        ["coinsurance", _share(summary.coinsurance)],
    ]
    for name, meters in (
        ("deductible", summary.deductible),
        ("out-of-pocket maximum", summary.out_of_pocket),
    ):
        for whose, meter in zip(("own", "family"), meters, strict=True):
            found.append([f"{name}, {whose}", _meter_words(meter)])
    visits = summary.visits
    period = _PERIODS.get(visits.period or "", "")
    pool = f", shared by {'+'.join(visits.pool)}" if len(visits.pool) > 1 else ""
    limit = f"{_count(visits.limit)} {period}".strip()
    has_visits = visits.limit is not None or visits.remaining is not None
    return [
        *found,
        ["visits", f"{_count(visits.remaining)} left of {limit}{pool}" if has_visits else "-"],
        ["authorization", summary.authorization.value.replace("_", " ")],
        ["other payer", _other_payer(summary) or "-"],
        ["qualified Medicare beneficiary", "yes: may not be charged" if summary.is_qmb else "-"],
    ]


def _meter_words(meter: Meter) -> str:
    if meter.total is None and meter.remaining is None:
        return "-"
    return f"{_money(meter.remaining)} left of {_money(meter.total)}"


def _refused(one: Refusal) -> list[str]:
    wait = f"wait {one.wait.days} days" if one.wait else ""
    action = one.action.value.replace("_", " ")
    return [one.code, one.loop.value, one.meaning, action, wait or one.follow_up or "-"]


def _money(stated: Stated[Decimal] | None) -> str:
    return "-" if stated is None else f"USD {_count(stated)}"


def _share(stated: Stated[Decimal] | None) -> str:
    if stated is None:
        return "-"
    return f"{_count(stated._replace(low=100 * stated.low, high=100 * stated.high))} %"


def _count(stated: Stated[Decimal] | None) -> str:
    """`30`, `25 to 50`, or `about 30` where the payer does not say it of therapy."""
    if stated is None:
        return "-"
    shown = plain(stated.low)
    if stated.is_ambiguous:
        shown = f"{shown} to {plain(stated.high)}"
    return f"about {shown}" if stated.is_estimated else shown
