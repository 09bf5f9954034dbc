"""Eligible over its API 1.5: a question in the address, X12 back or JSON that says no.

It takes a person's name and number in the address and nowhere else. The address is encrypted on
its way, and nothing of ours writes it down (`connectors/line.py`). No day can be asked for: the
answer is as of today, with the dates from and to which it holds.
"""

import json
from typing import Any

import httpx

from connectors.clearinghouse.base import Carried
from connectors.clearinghouse.json_rejection import of_eligible
from connectors.clearinghouse.reach import reached
from connectors.clearinghouse.refusal import by_words, refused
from connectors.errors import ConnectorError, Rejected, Unauthorized
from connectors.line import Line
from data_contracts.inquiry import Asker, Inquiry, Media, Person

PATH = "coverage/all.json"


class Eligible:
    """A Transport; `is_live` alone leaves `test` out of force, and it is said every time."""

    def __init__(self, line: Line, api_key: str, *, is_live: bool) -> None:
        self.vendor, self._line, self._api_key = line.vendor, line, api_key
        self._test = "false" if is_live else "true"

    def carry(self, inquiry: Inquiry) -> Carried:
        """The X12 that came back, or the refusal. Raises ConnectorError."""
        asked = {"api_key": self._api_key, "test": self._test, "format": "x12", **_asked(inquiry)}
        response, body = self._line.exchange(
            "GET",
            PATH,
            is_safe=True,
            params=asked,
            headers={"Authorization": f"Bearer {self._api_key}"},
        )
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise Unauthorized(self.vendor, "refuses our key. Check the key.", code="401")
        if response.is_success and body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISA"):
            return Carried(body)
        # 200 with an error in it is a failure, and so is an error with its status.
        said = _object(body)
        if rejections := of_eligible(said):
            return Carried(body, Media.JSON, _reference(said), rejections)
        if response.is_success and (said.get("error") or said.get("errors")):
            words = json.dumps([said.get("error"), said.get("errors")])
            raise by_words(self.vendor, words) or _rejected(self.vendor)
        raise refused(self.vendor, response, body)

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether somebody answers there."""
        return [reached(self._line)]

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()


def _asked(inquiry: Inquiry) -> dict[str, str]:
    said = {
        "payer_id": inquiry.payer_id,
        "service_type": inquiry.service_type,
        **_provider(inquiry.asker),
        **_person("member", inquiry.subscriber),
        **(_person("dependent", inquiry.dependent) if inquiry.dependent else {}),
    }
    return {name: text for name, text in said.items() if text}


def _provider(asker: Asker) -> dict[str, str | None]:
    return {
        "provider_npi": asker.npi,
        "provider_last_name": asker.last_name or asker.organization,
        "provider_first_name": asker.first_name if asker.last_name else None,
    }


def _person(role: str, person: Person) -> dict[str, str | None]:
    return {
        f"{role}_id": person.member_id,
        f"{role}_first_name": person.first_name,
        f"{role}_last_name": person.last_name,
        f"{role}_dob": person.birth_date.isoformat() if person.birth_date else None,
        f"{role}_gender": person.gender,
    }


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _reference(said: dict[str, Any]) -> str | None:
    found = said.get("eligible_id")
    return found[:80] if isinstance(found, str) else None


def _rejected(vendor: str) -> ConnectorError:
    return Rejected(vendor, "refuses the question. Do not send it again unchanged.", code="errors")
