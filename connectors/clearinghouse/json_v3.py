"""The JSON of version 3 that Optum (Change Healthcare) and Stedi share, with X12 inside."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

from connectors.clearinghouse.base import Carried
from connectors.clearinghouse.client_credentials import ClientCredentials
from connectors.clearinghouse.json_rejection import of_version_3
from connectors.clearinghouse.reach import reached
from connectors.clearinghouse.refusal import refused
from connectors.errors import ConnectorError, ContractBroken, NotSupported, Rejected
from connectors.http_fault import from_status
from connectors.line import Line
from data_contracts.inquiry import Asker, Inquiry, Media, Person

PATH = "change/medicalnetwork/eligibility/v3"
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_UNKNOWN_PAYER = frozenset({"79", "T4", "PAYER_NOT_FOUND", "UNKNOWN_PAYER"})
_REFERENCES = ("stedi-id", "optum-correlation-id", "x-correlation-id", "x-request-id")


class JsonV3:
    """A Transport; with `question` the inquiry goes as X12 in JSON, without as JSON's own fields.

    `headers` gives those that one inquiry alone needs.
    """

    def __init__(
        self,
        line: Line,
        *,
        path: str = PATH,
        question: Callable[[Inquiry], bytes] | None = None,
        headers: Callable[[Inquiry], Mapping[str, str]] = lambda inquiry: {},
        keeper: ClientCredentials | None = None,
    ) -> None:
        self.vendor, self._line, self._path = line.vendor, line, path
        self._question, self._headers, self._keeper = question, headers, keeper

    def carry(self, inquiry: Inquiry) -> Carried:
        """The X12 in the answer, or the refusals of one that has none. Raises ConnectorError."""
        path, asked = self._path, fields_of(inquiry)
        if self._question:
            path = f"{path}/raw-x12"
            asked = {"x12": self._question(inquiry).decode("ascii", "replace")}
        response, body = self._line.exchange(
            "POST", path, is_safe=True, json=asked, headers=dict(self._headers(inquiry))
        )
        said = _object(body)
        if not response.is_success and said is not None:
            raise self._error(response, said)
        if not response.is_success or said is None:
            raise refused(self.vendor, response, body)
        name = next((n for n in _REFERENCES if n in response.headers), None)
        return self._carried(said, body, response.headers[name][:80] if name else None)

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether somebody answers there and, where tokens are given out, gives us one."""
        if self._keeper is None:
            return [reached(self._line, self._path)]
        name = f"{self.vendor} gives a token"
        try:
            self._keeper.token()
        except ConnectorError as error:
            return [(name, False, str(error))]
        return [(name, True, "")]

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()
        if self._keeper is not None:
            self._keeper.close()

    def _carried(self, said: dict[str, Any], body: bytes, reference: str | None) -> Carried:
        if isinstance(x12 := said.get("x12"), str) and x12.strip():
            return Carried(x12.encode("utf-8"), reference=reference)
        if rejections := of_version_3(said):
            return Carried(body, Media.JSON, reference, rejections)
        if code := _first_code(said):
            raise self._rejected(code)
        raise ContractBroken(
            self.vendor, "gives no X12. Ask the vendor to switch it on.", code="no_x12"
        )

    def _error(self, response: Any, said: dict[str, Any]) -> ConnectorError:
        code = _first_code(said)
        if response.status_code in (400, 404, 409, 422) and code:
            return self._rejected(code)
        return from_status(self.vendor, response, is_safe=True, code=code)

    def _rejected(self, code: str) -> ConnectorError:
        if code.upper() in _UNKNOWN_PAYER:
            words = "does not know the payer. Correct payer_id under insurance.payers."
            return NotSupported(self.vendor, words, code=code)
        return Rejected(
            self.vendor, "refuses the question. Do not send it again unchanged.", code=code
        )


def fields_of(inquiry: Inquiry) -> dict[str, Any]:
    """An inquiry in JSON's own fields: the least that finds a member, and no more."""
    return {
        # Theirs has nine digits; ours comes back as the trace number, where they pass it on.
        "controlNumber": f"{crc32(inquiry.trace.encode()) % 1_000_000_000:09d}",
        "tradingPartnerServiceId": inquiry.payer_id,
        "provider": _provider(inquiry.asker),
        "subscriber": _person(inquiry.subscriber),
        **({"dependents": [_person(inquiry.dependent)]} if inquiry.dependent else {}),
        "encounter": {
            "dateOfService": inquiry.service_on.strftime("%Y%m%d"),
            "serviceTypeCodes": [inquiry.service_type],
        },
    }


def _provider(asker: Asker) -> dict[str, str]:
    who = {"organizationName": asker.organization}
    if asker.last_name:
        who = {"firstName": asker.first_name, "lastName": asker.last_name}
    return {**{name: text for name, text in who.items() if text}, "npi": asker.npi}


def _person(person: Person) -> dict[str, str]:
    born = person.birth_date.strftime("%Y%m%d") if person.birth_date else None
    said = {
        "memberId": person.member_id,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "dateOfBirth": born,
        "gender": person.gender,
    }
    return {name: text for name, text in said.items() if text}


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _first_code(said: dict[str, Any]) -> str | None:
    """A code out of any of the shapes; texts stay behind, since they may quote a person."""
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else said
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
