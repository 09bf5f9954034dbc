"""A vendor's JSON as it comes: ids made text, moments with a zone, unknown keys ignored."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError


def id_text(value: Any) -> str | None:
    """An id as text: 64-bit ids come as text today, once as numbers; None if neither."""
    if isinstance(value, str):
        return value.strip() or None
    # A float has lost digits already, and a bool is no id although Python calls it a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def own_id(row: Any) -> str | None:
    """The id of a raw row."""
    return id_text(row.get("id")) if isinstance(row, dict) else None


def _id(value: Any) -> str:
    text = id_text(value)
    if text is None:
        raise PydanticCustomError("not_an_id", "not an id")
    return text


def _moment(value: Any) -> Any:
    # Pydantic would read a number as UNIX time, and "0" as 1970.
    if value is not None and not (isinstance(value, str) and "T" in value):
        raise PydanticCustomError("not_a_moment", "not a date-time")
    return value


Id = Annotated[str, BeforeValidator(_id)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class Payload(BaseModel):
    """A row of the vendor; what only it knows is dropped here."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: Id


def moment_of(row: Any, name: str = "updated_at") -> datetime | None:
    """A time of a raw row; None when it is not an aware date-time."""
    text = row.get(name) if isinstance(row, dict) else None
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
