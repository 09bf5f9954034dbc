"""What a sprint counts as what: a hash of each definition, and what differs from then."""

import hashlib
import json
from collections.abc import Mapping

from data_contracts.sprint import DefinitionChange


def hashed(definitions: Mapping[str, object]) -> dict[str, str]:
    """The hash of each definition, by its name; spaces and the order of fields do not count."""
    return {name: _hash(_plain(one)) for name, one in sorted(definitions.items())}


def overall(hashes: Mapping[str, str]) -> str:
    """One hash over all of them."""
    return _hash(dict(hashes))


def changes(frozen: Mapping[str, str], now: Mapping[str, str]) -> tuple[DefinitionChange, ...]:
    """What was frozen and is different or gone now; a new metric changes nothing that was there."""
    return tuple(
        DefinitionChange(
            name=name,
            words=f"{name} is defined otherwise than when the baseline was frozen"
            if name in now
            else f"{name} is gone since the baseline was frozen",
        )
        for name, known in sorted(frozen.items())
        if now.get(name) != known
    )


def _plain(one: object) -> object:
    if isinstance(one, str):
        return " ".join(one.split())
    if isinstance(one, Mapping):
        return {str(name): _plain(part) for name, part in one.items()}
    return one


def _hash(one: object) -> str:
    told = json.dumps(one, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(told.encode()).hexdigest()
