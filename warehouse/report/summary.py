"""The report in a few lines of Markdown, for whoever looks at the run that wrote it."""

from collections.abc import Mapping
from typing import Any

from data_contracts.metric import Unit
from warehouse.report.markdown import plain
from warehouse.report.shown import STAMPS, basis, shown


def summary(content: Mapping[str, Any]) -> str:
    """Verdict and key numbers of a page's content; counts and rates only, and no money: who sees a
    run has not shown that they may see that."""
    facts, findings = content["facts"], content["findings"]
    lines = [f"# {plain(facts.clinic_name)}", ""]
    if findings.effect:
        lines.append(f"**{STAMPS[findings.effect.verdict.value]}.** {findings.effect.words}")
    else:
        lines.append("No sprint runs here." if not content["sprints"].newest else "No effect yet.")
        lines += ["", f"{content['change']['words']} {content['change']['caveat']}"]
    lines += ["", "| number, last 28 days | value | of |", "| --- | ---: | ---: |"]
    for name in content["tiles"]:
        metric, value = content["metrics"][name], content["numbers"].recent.get(name)
        if metric.unit is Unit.CENTS:
            continue
        lines.append(f"| {plain(metric.title)} | {shown(metric, value)} | {basis(value) or '-'} |")
    return "\n".join(lines) + "\n"
