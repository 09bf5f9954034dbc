"""Waystar's ZirMed gateway: a form with the question in it, X12 or a page for people back."""

from collections.abc import Callable

from connectors.clearinghouse.base import Carried
from connectors.clearinghouse.reach import reached
from connectors.clearinghouse.refusal import refused
from connectors.line import Line
from data_contracts.inquiry import Inquiry

PATH = "Rest/Gateway/GatewayAsync.ashx"


class ZirMed:
    """A Transport; `question` writes an inquiry as an X12 270."""

    def __init__(
        self, line: Line, user: str, password: str, question: Callable[[Inquiry], bytes]
    ) -> None:
        self.vendor, self._line = line.vendor, line
        self._user, self._password, self._question = user, password, question

    def carry(self, inquiry: Inquiry) -> Carried:
        """The X12 that came back. Raises ConnectorError."""
        # Left out, DataFormat and ResponseType would be theirs, and the answer a page.
        fields = {
            "UserID": self._user,
            "Password": self._password,
            "DataFormat": "X12",
            "ResponseType": "271",
            "Data": self._question(inquiry).decode("ascii", "replace"),
        }
        response, body = self._line.exchange("POST", PATH, is_safe=True, data=fields)
        if not response.is_success or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISA"):
            raise refused(self.vendor, response, body)
        return Carried(body)

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether somebody answers there."""
        return [reached(self._line, PATH)]

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()
