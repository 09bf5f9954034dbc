"""What pydantic found wrong in a clinic file, in words for the person who mends it.

Values are never repeated: somebody may have written a secret where its name belongs.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from data_contracts.clinic import Clinic
from data_contracts.yaml_lines import Location
from data_contracts.zone import zone_names

_ADVICE = {
    "string_type": "must be text; put it in quotes",
    "string_too_short": "is too short; give at least {min_length} characters",
    "string_too_long": "is too long; give at most {max_length} characters",
    "enum": "is not one of the choices; choose {expected}",
    "literal_error": "is not one of the choices; choose {expected}",
    "union_tag_invalid": "names no system we know; choose {expected_tags} for {discriminator}",
    "union_tag_not_found": "does not say which system it is; add {discriminator}",
    "too_short": "has too few entries; give at least {min_length}",
    "greater_than": "is too small; give more than {gt}",
    "greater_than_equal": "is too small; give at least {ge}",
    "less_than_equal": "is too large; give at most {le}",
    "model_type": "must hold keys and values; indent them below it",
    "model_attributes_type": "must hold keys and values; indent them below it",
    "dict_type": "must hold keys and values; indent them below it",
    "list_type": "must be a list; begin each entry with a dash",
    "tuple_type": "must be a list; begin each entry with a dash",
    "frozen_set_type": "must be a list; begin each entry with a dash",
    "frozenset_type": "must be a list; begin each entry with a dash",
    "bool_parsing": "is neither true nor false; write one of them",
    "bool_type": "is neither true nor false; write one of them",
    "int_parsing": "is not a whole number; write one",
    "float_parsing": "is not a number; write one",
    "date_from_datetime_parsing": "is not a date; write it as 2026-05-31",
    "time_parsing": "is not a time of day; write it as 20:00",
    "url_parsing": "is not a web address; write it as https://host/path",
    "url_scheme": "is not a web address; begin it with https:// (http:// on loopback)",
}
_PATTERN_ADVICE = {
    "slug": "lower-case letters, digits and dashes, such as northside",
    "phone": "a phone number with country code and no spaces, such as +13035550100",
    "sender": "a phone number with country code and no spaces, such as +13035550100",
    "state": "the two capital letters of the state, such as CO",
    "contact": "an e-mail address",
    "name": "lower-case letters, digits and underscores, such as one_day",
    "npi": "the ten digits of a National Provider Identifier",
    "originator": "1 and the EIN, 3 and the DUNS, or 9 and nine capitals or digits of your own",
    "taxonomy": "ten letters and digits, such as 225100000X",
    "marketing": "lower-case letters, digits and underscores, such as search_ads",
    "payers": "each payer's key in lower-case letters, digits and underscores, such as blue_cross",
    "service_types": "the one or two characters of a service type, such as PT",
    "if_silent": "the one or two characters of a service type, such as AE",
}
_MEMBERS: dict[str | int, tuple[str, ...]] = {
    "practice": ("cliniko", "jane", "report_files"),
    "clearinghouse": ("eligible", "waystar", "trizetto", "stedi", "optum"),
    "master_key": ("file", "environment", "aws_kms"),
}
"""Of each union its members, by the key under which it stands."""
_NAME_ADVICE = "the NAME of an environment variable in capitals, never the secret itself"


def describe(errors: Iterable[ErrorDetails]) -> Iterator[tuple[Location, str]]:
    """Each problem as where it is and `what is wrong; what to do`; raises nothing."""
    listed = list(errors)
    nearest = {e["loc"]: _nearest(e["loc"]) for e in listed if e["type"] == "extra_forbidden"}
    meant = {(*loc[:-1], name) for loc, name in nearest.items() if name}
    for error in listed:
        loc, kind = error["loc"], error["type"]
        if kind == "extra_forbidden":
            yield loc, f"{_path(loc)} is not a key we know; {_spelling(loc, nearest[loc])}"
        elif kind != "missing":
            yield _within(error), _sentence(error)
        elif loc not in meant:
            yield loc, f"{_path(loc)} is missing; add it"


def _sentence(error: ErrorDetails) -> str:
    where, context = _path(error["loc"]), error.get("ctx", {})
    if error["type"] == "value_error":
        return _own_words(error, where)
    if error["type"] == "string_pattern_mismatch":
        names = [part for part in error["loc"] if part in _PATTERN_ADVICE]
        is_near = names and names[-1] in error["loc"][-3:]
        advice = _PATTERN_ADVICE[str(names[-1])] if is_near else _NAME_ADVICE
        return f"{where} is not in the form expected; write {advice}"
    known = _ADVICE.get(error["type"])
    if known is None:
        return f"{where} cannot be used; {error['msg'][:1].lower()}{error['msg'][1:]}"
    return f"{where} {known.format(**context)}"


def _own_words(error: ErrorDetails, where: str) -> str:
    words = error["msg"].removeprefix("Value error, ")
    if error["loc"] and error["loc"][-1] == "timezone":
        return f"{where} is {words}; {_nearest_zone(str(error.get('input', '')))}"
    if not error["loc"]:
        return words
    return f"{where} cannot be used; {words}"


def _nearest_zone(written: str) -> str:
    zones = {zone.lower(): zone for zone in zone_names()}
    close = get_close_matches(written.lower().replace(" ", "_"), zones, n=1, cutoff=0.5)
    return f"did you mean {zones[close[0]]}?" if close else "write Continent/City"


def _spelling(loc: Location, nearest: str | None) -> str:
    if nearest:
        return f"did you mean {nearest}?"
    return f"remove it, or use one of {', '.join(_known_keys(loc[:-1]))}"


def _nearest(loc: Location) -> str | None:
    close = get_close_matches(str(loc[-1]), _known_keys(loc[:-1]), n=1, cutoff=0.6)
    return close[0] if close else None


def _within(error: ErrorDetails) -> Location:
    """A check over the whole file begins its message with the key it is about: `ladder: ...`."""
    if error["loc"]:
        return error["loc"]
    return [error["msg"].removeprefix("Value error, ").partition(":")[0]]


def _path(loc: Location) -> str:
    """`ladder[1].channel`; the name of a union's member is nothing that the file says."""
    text = ""
    for position, part in enumerate(loc):
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif position == 0 or part not in _MEMBERS.get(loc[position - 1], ()):
            text += f".{part}" if text else part
    return text


@cache
def _schema() -> dict[str, Any]:
    return Clinic.model_json_schema()


def _known_keys(loc: Location) -> list[str]:
    """The keys that may stand at a location, from the clinic file's own JSON Schema."""
    places = [_schema()]
    for part in loc:
        places = [below for place in places for below in _below(place, part)]
    return sorted({key for place in places for key in _resolve(place).get("properties", {})})


def _below(place: dict[str, Any], part: str | int) -> list[dict[str, Any]]:
    place = _resolve(place)
    mapping = place.get("discriminator", {}).get("mapping", {})
    if part in mapping:
        return [{"$ref": mapping[part]}]
    inner = place["items"] if isinstance(part, int) else place.get("properties", {}).get(part)
    # Under keys that the clinic chooses, as payers have, each is like the other.
    inner = inner or next(iter(place.get("patternProperties", {}).values()), None)
    if inner is None:
        return []
    options: list[dict[str, Any]] = inner.get("anyOf", [inner])
    return options


def _resolve(place: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in place:
        return place
    found: dict[str, Any] = _schema()["$defs"][place["$ref"].rpartition("/")[2]]
    return found
