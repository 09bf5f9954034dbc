"""Whether every message that this clinic would send may be sent: words, length, opt-out."""

from collections.abc import Iterator

from data_contracts.clinic import Clinic
from data_contracts.message import Channel
from data_contracts.template import Template, override_keys, with_overrides
from deployments.doctor.check import Case, Check


def examine(case: Case) -> Iterator[Check]:
    """One line a template or a text of the clinic's own, or a line for each of its problems."""
    from rules.clinic_lint import lint_clinic

    clinic = case.clinic
    if unknown := sorted(set(clinic.templates) - set(override_keys())):
        yield _unknown(unknown)
        return
    used = {template.key: template for template in _used(clinic)}
    problems = lint_clinic(
        used,
        clinic.languages,
        clinic_name=clinic.name,
        phone=clinic.phone,
        address=f"{clinic.address.street}, {clinic.address.city}",
        parking=clinic.address.parking,
        instructions={one.name: one.instructions for one in clinic.visit_types},
    )
    for where in (*used, "address.parking", *_told(clinic)):
        own = [one for one in problems if one.where == where or one.where.startswith(f"{where}.")]
        for problem in own:
            yield Check("template", problem.where, False, f"{problem.what}. {problem.do}")
        if not own:
            yield Check("template", where, True)


def _used(clinic: Clinic) -> list[Template]:
    """The templates that this clinic would send by: of its languages and channels."""
    return [
        template
        for template in with_overrides(clinic.templates).values()
        if template.language in clinic.languages and _is_used(clinic, template.channel)
    ]


def _told(clinic: Clinic) -> list[str]:
    """Where the clinic wrote what visits of a type are told."""
    return [
        f"visit_types.{one.name}.instructions.{language}"
        for one in clinic.visit_types
        for language in one.instructions
    ]


def _is_used(clinic: Clinic, channel: Channel) -> bool:
    return any(channel in (rung.channel, *rung.fallback) for rung in clinic.ladder)


def _unknown(keys: list[str]) -> Check:
    words = f"templates has unknown keys; remove them or use one of {', '.join(override_keys())}."
    return Check("template", ", ".join(keys), False, words)
