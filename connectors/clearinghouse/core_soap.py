"""CAQH CORE Connectivity vC2.2.0 over SOAP: TriZetto, Stedi, Waystar and most Medicaid agencies."""

from collections.abc import Callable, Mapping

from connectors.clearinghouse.base import Carried
from connectors.clearinghouse.core_envelope import Parties, carried, fields_of
from connectors.clearinghouse.reach import reached
from connectors.clearinghouse.soap import envelope, fields_in
from connectors.line import Line
from data_contracts.inquiry import Inquiry

NAMESPACE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
_TYPE = 'application/soap+xml; charset=utf-8; action="RealTimeTransaction"'


class CoreSoap:
    """A Transport; `question` writes an inquiry as an X12 270, `path` lies below the line's base.

    `headers` gives those that one inquiry alone needs.
    """

    def __init__(
        self,
        line: Line,
        path: str,
        parties: Parties,
        question: Callable[[Inquiry], bytes],
        headers: Callable[[Inquiry], Mapping[str, str]] = lambda inquiry: {},
    ) -> None:
        self.vendor, self._line, self._path = line.vendor, line, path
        self._parties, self._question, self._headers = parties, question, headers

    def carry(self, inquiry: Inquiry) -> Carried:
        """The payload of the answer. Raises ConnectorError."""
        asked = fields_of(self._parties, self._question(inquiry))
        user, password = self._parties.user, self._parties.password
        response, body = self._line.exchange(
            "POST",
            self._path,
            is_safe=True,
            content=envelope("COREEnvelopeRealTimeRequest", NAMESPACE, asked, user, password),
            headers={"Content-Type": _TYPE, **self._headers(inquiry)},
        )
        kind = response.headers.get("Content-Type", "")
        said = fields_in(self.vendor, kind, body, "COREEnvelopeRealTimeResponse")
        return carried(self.vendor, asked, said, response, body)

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether somebody answers there."""
        return [reached(self._line, self._path)]

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()
