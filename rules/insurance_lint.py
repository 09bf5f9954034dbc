"""What would go wrong with a clinic's questions to payers, looked at before any is asked."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from data_contracts.insurance import Insurance, Payer, SearchField, Stedi

_MEDICARE = re.compile(r"\bmedicare\b", re.IGNORECASE)
_PRIVATE_MEDICARE = re.compile(
    r"advantage|supplement|medigap|complete|plus|preferred|\bmedicare (hmo|ppo)\b", re.IGNORECASE
)


FEWEST = 3
"""A name that fewer patients have is counted, not shown: it may be somebody's note."""


class Concern(NamedTuple):
    """Where, what, what to do; a grave one stops the questions, another only weakens them."""

    where: str
    what: str
    do: str
    is_grave: bool = False


def lint_insurance(
    part: Insurance, today: date, written: Mapping[str, int] | None = None
) -> list[Concern]:
    """Concerns of a clinic's part; `written`: of how many patients its practice system has a payer
    so called."""
    found = [
        one for key, payer in part.payers.items() for one in _of_payer(part, key, payer, today)
    ]
    return [*found, *_twice(part), *_unknown(part, written or {})]


def _of_payer(part: Insurance, key: str, payer: Payer, today: date) -> Iterator[Concern]:
    where = f"insurance.payers.{key}"
    is_enrolled = payer.enrolled_on is not None and payer.enrolled_on <= today
    if payer.needs_enrolment and not is_enrolled:
        what = f"{payer.name} answers only whom it has enrolled"
        yield Concern(where, what, "Enrol at the clearinghouse, then write enrolled_on", True)
    if (
        payer.is_medicare
        and isinstance(part.clearinghouse, Stedi)
        and not part.clearinghouse.origin
    ):
        what = "Medicare refuses a question that does not say where it began"
        yield Concern(where, what, "Write clearinghouse.origin, the clinic's public address", True)
    if not payer.is_medicare and _is_original_medicare(payer):
        what = "it is called Medicare, and is_medicare is false: it might be asked twice a day"
        yield Concern(where, what, "Write is_medicare: true, or name the private plan in full")
    for code, means in (("30", "the plan itself"), ("PT", "physical therapy")):
        if code not in payer.service_types:
            yield Concern(where, f"{means} is not asked for", f'Add "{code}" to service_types')
    if not all(_finds_one(set(option)) for option in payer.search_options):
        what = "a search option names neither a member id nor a name with a birth date"
        yield Concern(where, what, "Take it out: it finds nobody, or somebody else")


def _is_original_medicare(payer: Payer) -> bool:
    names = [one for one in (payer.name, *payer.aliases) if _MEDICARE.search(one)]
    return bool(names) and not any(_PRIVATE_MEDICARE.search(one) for one in names)


def _finds_one(option: set[SearchField]) -> bool:
    return "member_id" in option or {"last_name", "birth_date"} <= option


def _twice(part: Insurance) -> Iterator[Concern]:
    """Two of ours that are one of theirs share what it takes at once, and its rest."""
    seen: dict[str, str] = {}
    for key, payer in part.payers.items():
        first = seen.setdefault(payer.payer_id, key)
        if first != key:
            what = f"{first} has the same payer_id"
            yield Concern(f"insurance.payers.{key}", what, "Leave one, with the aliases of both")


def _unknown(part: Insurance, written: Mapping[str, int]) -> Iterator[Concern]:
    unknown = {one: many for one, many in written.items() if part.named(one) is None}
    do = "Add it to the aliases of its payer"
    for name in sorted(one for one, many in unknown.items() if many >= FEWEST):
        what = f"no payer has the alias {name!r}: its {unknown[name]} patients are not verified"
        yield Concern("insurance.payers", what, do)
    if rare := [many for many in unknown.values() if many < FEWEST]:
        what = f"{len(rare)} names of payers that hardly anybody has are no alias"
        yield Concern("insurance.payers", what, "Each has a staff task of its own")
