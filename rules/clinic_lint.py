"""Everything a clinic would say to patients, looked at before anything is sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime

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
    longest = _longest(instructions or {})
    for template in templates.values():
        if template.language in spoken:
            values = values_for(
                template.channel,
                template.language,
                clinic_name=clinic_name,
                phone=phone,
                times=[LONGEST],
                address=address,
                parking=parking,
                instructions=longest,
            )
            problems += lint(template, clinic_name, values)
    for visit_type, texts in (instructions or {}).items():
        for language, text in texts.items():
            problems += lint_words(f"visit_types.{visit_type}.instructions.{language}", text)
    return problems


def _longest(instructions: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """By language, the longest that any visit type is told."""
    found: dict[str, str] = {}
    for texts in instructions.values():
        for language, text in texts.items():
            found[language] = max(found.get(language, ""), text, key=len)
    return found
