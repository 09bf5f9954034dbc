"""Writes `docs/generated/rules.md` from the tables that the specs test, and the page of metrics.

`python -m tests.spec.render`
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.spec import metric_page
from tests.spec.table import header, remarks, rows

PAGE = Path(__file__).parents[2] / "docs/generated/rules.md"
SPECS = (
    "gates",
    "ladder",
    "fallback",
    "quiet",
    "zones",
    "campaign",
    "minority",
    "consent",
    "consent_wording",
    "opt_in",
    "revocation",
    "keyword",
    "replies",
    "acts",
    "link_page",
    "alternatives",
    "promise",
    "backfill",
    "retention",
    "risk",
    "assignment",
    "playbook",
    "baseline",
    "access",
    "sign_in",
    "next_step",
    "blinding",
    "invariants",
    "exposure",
    "kx_threshold",
    "certification",
    "progress_report",
    "therapy_due",
    "timed_units",
    "therapy_modifiers",
    "code_pairs",
    "authorization_need",
    "payer_terms",
    "scrub",
    "insurance_lint",
    "coverage_status",
    "coverage_money",
    "coverage_visits",
    "coverage_authorization",
    "coverage_payers",
    "coverage_traps",
    "coverage_change",
    "estimate",
    "countdown",
    "answer_match",
    "rejection",
    "denial",
    "cost_share",
    "coordination",
    "claim_assembly",
    "place_of_service",
    "check_due",
    "after_answer",
    "coverage_errand",
    "effect_words",
)
_INTRODUCTION = """# The rules

Generated from the tables in `tests/spec/` by `python -m tests.spec.render`; each row is a test.
Times that end in Z are UTC, others are on the clinic's wall clock.
"""


def page() -> str:
    """Every table, with what its module promises."""
    return "\n".join([_INTRODUCTION, *(part for name in SPECS for part in _of(name))])


def _of(name: str) -> Iterator[str]:
    module = import_module(f"tests.spec.test_{name}")
    for place, (title, text) in enumerate(module.TABLES.items()):
        yield f"## {title}\n"
        if place == 0:
            yield f"{(module.__doc__ or '').strip()}\n"
        yield _table(text)


def _table(text: str) -> str:
    said = remarks(text)
    columns = [*header(text), *(["remark"] if any(said) else [])]
    lines = [_line(columns), _line(["---"] * len(columns))]
    for row, remark in zip(rows(text), said, strict=True):
        lines.append(_line([*row, *([remark] if any(said) else [])]))
    return "\n".join(lines) + "\n"


def _line(found: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in found)} |".replace("  ", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    metric_page.PAGE.write_text(metric_page.page(), encoding="utf-8")
