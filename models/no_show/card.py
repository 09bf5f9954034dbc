"""The card of one trained model: what it is, how it did, what it must not be used for."""

from __future__ import annotations

from typing import Any, Final

from models.no_show.model import TrainedModel

_COLUMNS: Final = (
    ("rows", "visits", "{:,.0f}"),
    ("rate", "missed", "{:.1%}"),
    ("auc", "AUC", "{:.3f}"),
    ("auc_interval", "95 % interval", ""),
    ("ap", "AP", "{:.3f}"),
    ("brier", "Brier", "{:.4f}"),
    ("log_loss", "log loss", "{:.4f}"),
    ("ece", "ECE", "{:.3f}"),
    ("calibration_slope", "slope", "{:.2f}"),
    ("top25_capture", "missed in top quarter", "{:.1%}"),
)
_LIMITS: Final = """\
## What it is not for

- Never double-book on a score, and never refuse, charge or wait-list a patient for it: overbooking
  by predicted risk made Black patients wait about 30 % longer (Samorani). A score buys extra help.
- It ranks; it does not know a person. Therapists do not need to see it to treat.
- Scores of another clinic's model mean little here until they are recalibrated to this clinic.
- Race, sex, insurance, name and address are not among its columns. Age and body region are, and
  are never told as reasons. Compare contact share and calibration by group in each sprint.
"""


def render_card(model: TrainedModel, model_id: str, evaluation: dict[str, Any] | None) -> str:
    """Markdown card of one model; `evaluation` as `evaluate` returns it, or None."""
    parts = [f"# No-show model {model_id}", _facts(model)]
    if model.note:
        parts.append(model.note)
    parts.append(_table(evaluation) if evaluation else "Not evaluated yet: too little history.")
    return "\n\n".join([*parts, _LIMITS])


def _facts(model: TrainedModel) -> str:
    seen = f"{model.first_day} to {model.last_day}" if model.first_day else "none"
    return "\n".join(
        [
            f"- kind: {model.kind}; learnt from {model.labelled_rows:,} visits ({seen})",
            f"- trained {model.trained_at:%Y-%m-%d}; intercept shift {model.shift:+.3f}",
            f"- prior rate of its features {model.prior_rate:.1%}",
            f"- high from {model.tier_cuts.high:.1%}, medium from {model.tier_cuts.medium:.1%}",
        ]
    )


def _table(evaluation: dict[str, Any]) -> str:
    heads = ["model", "visits scored", *(head for _, head, _ in _COLUMNS)]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for kind, segments in evaluation["models"].items():
        for segment, numbers in segments.items():
            cells = [_cell(numbers[name], form) for name, _, form in _COLUMNS]
            lines.append("| " + " | ".join([kind, segment, *cells]) + " |")
    words = (
        f"Promoted: {evaluation['promoted']}. Later visits only; actionable = booked at least two"
        " days ahead; intervals resample patients; learnt and recalibrated weekly with what was"
        " known at the first decision. The kind in use stays unless another is beyond doubt better."
    )
    return "\n".join([*lines, "", words])


def _cell(value: Any, form: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return f"{value[0]:.3f}-{value[1]:.3f}"
    return form.format(value)
