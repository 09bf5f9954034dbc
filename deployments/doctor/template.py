"""Whether every message that this clinic would send may be sent: words, length, opt-out."""

from collections.abc import Iterator
from datetime import datetime

from data_contracts.clinic import Clinic
from data_contracts.message import Channel
from data_contracts.template import Template, Values, override_keys, with_overrides
from deployments.doctor.check import Case, Check


def examine(case: Case) -> Iterator[Check]:
    """One line a template, or a line for each of its problems."""
    from rules.template_lint import lint

    clinic = case.clinic
    if unknown := sorted(set(clinic.templates) - set(override_keys())):
        yield _unknown(unknown)
        return
    for template in with_overrides(clinic.templates).values():
        if template.language not in clinic.languages or not _is_used(clinic, template.channel):
            continue
        problems = lint(template, clinic.name, _longest(clinic, template))
        for problem in problems:
            yield Check("template", problem.where, False, f"{problem.what}. {problem.do}")
        if not problems:
            yield Check("template", template.key, True)
    yield from _words(clinic)


def _words(clinic: Clinic) -> Iterator[Check]:
    """What the clinic wrote itself and messages repeat."""
    from rules.template_lint import lint_words

    said = {"address.parking": clinic.address.parking} | {
        f"visit type {index}, {language}": text
        for index, visit_type in enumerate(clinic.visit_types, 1)
        for language, text in visit_type.instructions.items()
    }
    for where, text in said.items():
        problems = lint_words(where, text)
        for problem in problems:
            yield Check("template", problem.where, False, f"{problem.what}. {problem.do}")
        if not problems:
            yield Check("template", where, True)


def _is_used(clinic: Clinic, channel: Channel) -> bool:
    return any(channel in (rung.channel, *rung.fallback) for rung in clinic.ladder)


def _longest(clinic: Clinic, template: Template) -> Values:
    """The longest day and time that occur: a Wednesday late in September, past noon."""
    from rules.templates import values_for

    longest = max(
        (t.instructions for t in clinic.visit_types),
        key=lambda said: len(said.get(template.language, "")),
        default=None,
    )
    return values_for(
        template.channel,
        template.language,
        clinic_name=clinic.name,
        phone=clinic.phone,
        times=[datetime(2026, 9, 30, 12, 45, tzinfo=clinic.zone)],
        address=f"{clinic.address.street}, {clinic.address.city}",
        parking=clinic.address.parking,
        instructions=longest,
    )


def _unknown(keys: list[str]) -> Check:
    words = f"templates has unknown keys; remove them or use one of {', '.join(override_keys())}."
    return Check("template", ", ".join(keys), False, words)
