"""Lets rows through that can be nouns, and sets the rest aside with its reason."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from connectors.practice.base import RejectedRow
from connectors.practice.payload import Payload, own_id

P = TypeVar("P", bound=Payload)
T = TypeVar("T")


class Sieve:
    """Collects what was set aside in `rejected`."""

    def __init__(self) -> None:
        self.rejected: list[RejectedRow] = []

    def read(self, resource: str, model: type[P], rows: Iterable[Any]) -> dict[str, P]:
        """Raw rows as payloads, by id."""
        made = (self.attempt(resource, row, model.model_validate, row) for row in rows)
        return {one.id: one for one in made if one}

    def attempt(self, resource: str, raw: Any, make: Callable[[Any], T], value: Any) -> T | None:
        """What `make` makes of `value`, or None and `raw` set aside."""
        try:
            return make(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "row"
            self.reject(resource, raw, f"{where}.{first['type']}")
        except PydanticCustomError as error:
            self.reject(resource, raw, f"row.{error.type}")
        except OverflowError:
            self.reject(resource, raw, "row.time_out_of_range")
        return None

    def reject(self, resource: str, raw: Any, reason_code: str) -> None:
        """Set a raw row aside."""
        payload = json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.rejected.append(RejectedRow(resource, own_id(raw), reason_code, payload))
