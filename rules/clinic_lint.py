"""Everything a clinic would say to patients, looked at before anything is sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from data_contracts.dialogue import MOST_OPTIONS
from data_contracts.template import Template
from rules.template_lint import LintProblem, lint, lint_words
from rules.templates import values_for

LONGEST = datetime(2026, 12, 30, 12, 45)  # noqa: DTZ001 - a clock face, in no zone
"""A Wednesday: no day and time takes more letters in a text, in English or Spanish."""


def lint_clinic(
    templates: Mapping[str, Template],
    languages: Iterable[str],
    *,
    clinic_name: str,
    phone: str,
    address: str = "",
    parking: str = "",
    instructions: Mapping[str, Mapping[str, str]] | None = None,
) -> list[LintProblem]:
    """Problems of every template in the clinic's languages, its parking text and, by visit type and
    language, its instructions."""
    spoken = tuple(languages)
    problems = lint_words("address.parking", parking)
    for template in templates.values():
        if template.language in spoken:
            told = _each(instructions or {}, template.language)
            tried = (
                values_for(
                    template.channel,
                    template.language,
                    clinic_name=clinic_name,
                    phone=phone,
                    times=[LONGEST],
                    options=[LONGEST] * MOST_OPTIONS,
                    address=address,
                    parking=parking,
                    instructions={template.language: text},
                )
                for text in told
            )
            found = [lint(template, clinic_name, values) for values in tried]
            worst = max(found, key=len)
            problems += worst
    for visit_type, texts in (instructions or {}).items():
        for language, text in texts.items():
            problems += lint_words(f"visit_types.{visit_type}.instructions.{language}", text)
    return problems


def _each(instructions: Mapping[str, Mapping[str, str]], language: str) -> list[str]:
    """What visits are told, or nothing; the longest first, though one emoji may cost more."""
    told = {"", *(texts.get(language, "") for texts in instructions.values())}
    return sorted(told, key=lambda text: (-len(text), text))
