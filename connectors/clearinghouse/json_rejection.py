"""A payer's refusals in JSON, as the AAA segments that they stand for."""

import re
from collections.abc import Iterator
from typing import Any

from data_contracts.benefit import Loop
from data_contracts.inquiry import Refused

FOLLOW_UPS = {
    "please correct and resubmit": "C",
    "resubmission not allowed": "N",
    "please resubmit original transaction": "P",
    "resubmission allowed": "R",
    "do not resubmit; inquiry initiated to a third party": "S",
    "please wait 30 days and resubmit": "W",
    "please wait 10 days and resubmit": "X",
    "do not resubmit; we will hold your request and respond again shortly": "Y",
}
"""AAA04 by what is written out in its place."""

LOOPS = {"A": Loop.PAYER, "B": Loop.PROVIDER, "C": Loop.SUBSCRIBER, "D": Loop.DEPENDENT}
"""By the letter in `Loop 2100A`, `2110D` ..."""

_PAYERS = frozenset({"04", "41", "42", "79", "80", "T4"})
_PROVIDERS = frozenset({"43", "44", "45", "46", "47", "48", "50", "51", "97"})
_HOLDERS = {"payer": Loop.PAYER, "provider": Loop.PROVIDER, "subscriber": Loop.SUBSCRIBER}
_CODE = re.compile(r"[0-9A-Z]{2}")
_PLACE = re.compile(r"2(?:0|1)[01]0([ABCD])", re.IGNORECASE)


def of_version_3(said: dict[str, Any]) -> tuple[Refused, ...]:
    """Those of the JSON that Optum and Stedi share: `errors` on top, `aaaErrors` below a person."""
    return tuple(dict.fromkeys(one for one in _all(said) if one))


def of_eligible(said: dict[str, Any]) -> tuple[Refused, ...]:
    """Those of Eligible: one `error` with its reject reason."""
    error = said.get("error")
    if not isinstance(error, dict):
        return ()
    found = _refused(error.get("reject_reason_code"), error.get("follow_up_action_code"), None)
    return (found,) if found else ()


def _all(said: dict[str, Any]) -> Iterator[Refused | None]:
    for error in _objects(said.get("errors")):
        yield _of(error, None)
    people = [(said.get(name), loop) for name, loop in _HOLDERS.items()]
    people += [(one, Loop.DEPENDENT) for one in _objects(said.get("dependents"))]
    for holder, loop in people:
        if isinstance(holder, dict):
            for error in _objects(holder.get("aaaErrors")):
                yield _of(error, loop)


def _of(error: dict[str, Any], loop: Loop | None) -> Refused | None:
    place = _PLACE.search(str(error.get("location", "")))
    return _refused(
        error.get("code"),
        error.get("followupAction"),
        LOOPS[place.group(1).upper()] if place else loop,
    )


def _refused(code: Any, follow_up: Any, loop: Loop | None) -> Refused | None:
    """None for what is no AAA03, such as a vendor's own code for a bad request."""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return None
    said = " ".join(str(follow_up or "").split()).strip(".")
    letter = said if re.fullmatch("[A-Z]", said) else FOLLOW_UPS.get(said.lower(), "")
    return Refused(code=code, follow_up=letter, loop=loop or _usual(code))


def _usual(code: str) -> Loop:
    """Whom a code is about where nobody says: the guide gives most codes one loop alone."""
    if code in _PAYERS:
        return Loop.PAYER
    return Loop.PROVIDER if code in _PROVIDERS else Loop.SUBSCRIBER


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
