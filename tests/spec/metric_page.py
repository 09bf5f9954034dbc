"""Writes `docs/generated/metrics.md` from the files of `warehouse/metrics/`.

`python -m tests.spec.render` writes it too.
"""

from collections.abc import Iterator
from pathlib import Path

from data_contracts.metric import Grade, Metric, Published, Unit
from warehouse.metric_sql import load_metrics

PAGE = Path(__file__).parents[2] / "docs/generated/metrics.md"
_INTRODUCTION = """# The metrics

Generated from `warehouse/metrics/` by `make docs`. Each is one file; the report shows the
definition beside the number. What the plan claims is what the first plan for this product said
clinics have: nobody checked it. Figures of others are graded by how far they can be believed:
"""
_UNITS = {
    Unit.RATE: "a share",
    Unit.COUNT: "a count",
    Unit.CENTS: "US cents, shown as dollars",
    Unit.MINUTES: "minutes",
    Unit.HOURS: "hours",
}


def page() -> str:
    """Every metric, in the order of its name."""
    metrics = load_metrics().values()
    grades = "\n".join(f"- **{grade}**: {grade.words}" for grade in Grade)
    overview = "\n".join(["| metric | unit | better | target | the plan claims | needs |", _RULE])
    lines = [_overview(metric) for metric in metrics]
    parts = [part for metric in metrics for part in _of(metric)]
    return "\n".join([_INTRODUCTION, grades, "", overview, *lines, "", *parts])


_RULE = "| --- | --- | --- | --- | --- | --- |"


def _overview(metric: Metric) -> str:
    needs = ", ".join(need.words for need in metric.needs) or "visits and messages"
    cells = [
        f"[{metric.title}](#{metric.name})",
        metric.unit.value,
        metric.better,
        _target(metric),
        _claimed(metric),
        needs,
    ]
    return f"| {' | '.join(cells)} |"


def _of(metric: Metric) -> Iterator[str]:
    yield f'## <a id="{metric.name}"></a>{metric.title}\n'
    yield f"{metric.question}\n"
    yield f"{metric.why_it_matters.strip()}\n"
    yield f"- **name**: `{metric.name}`, {_UNITS[metric.unit]}; better: {metric.better}"
    yield f"- **numerator**: `{_flat(metric.numerator)}`"
    if metric.denominator:
        yield f"- **denominator**: `{_flat(metric.denominator)}`"
    yield f"- **from**: `{_flat(metric.source)}`"
    if metric.where:
        yield f"- **where**: `{_flat(metric.where)}`"
    yield f"- **counted at**: `{metric.when}`; grouped by {', '.join(metric.group_by) or 'nothing'}"
    yield f"- **target**: {_target(metric)}; the plan claims: {_claimed(metric)}"
    for one in metric.published:
        yield f"- **published, grade {one.grade.value}**: {_published(metric, one)}"
    if not metric.published:
        yield "- **published**: no figure was found"
    for need in metric.needs:
        yield f"- **needs**: {need.words} (`{need.table}`); without it, it says so"
    yield f"- **not shown under**: {metric.suppress_below} rows"
    yield f"- **owner**: {metric.owner}; reviewed {metric.reviewed}\n"


def _target(metric: Metric) -> str:
    return "none" if metric.target is None else _figure(metric, metric.target)


def _claimed(metric: Metric) -> str:
    if metric.seed is None:
        return "nothing"
    said = _span(metric, metric.seed.low, metric.seed.high)
    return f"{said} ({metric.seed.words})" if metric.seed.words else said


def _published(metric: Metric, one: Published) -> str:
    said = [f"{_span(metric, one.low, one.high)}: {one.what}; {one.population}"]
    said += [f"n {one.n:,}"] if one.n else []
    said += [str(one.year)] if one.year else []
    differs = f" Differs: {one.differs}." if one.differs else ""
    return f"{', '.join(said)}; {one.source}.{differs}"


def _span(metric: Metric, low: float, high: float) -> str:
    first = _figure(metric, low)
    return first if low == high else f"{first} to {_figure(metric, high)}"


def _figure(metric: Metric, value: float) -> str:
    if metric.unit is Unit.RATE:
        return f"{value * 100:g} %"
    if metric.unit is Unit.CENTS:
        return f"${value / 100:,.0f}"
    return f"{value:g} {metric.unit.value}"


def _flat(expression: str) -> str:
    return " ".join(expression.split())
