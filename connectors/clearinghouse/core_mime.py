"""CAQH CORE Connectivity vC2.2.0 over HTTP and MIME: the same fields as forms carry files."""

from collections.abc import Callable

from connectors.clearinghouse.base import Carried
from connectors.clearinghouse.core_envelope import Parties, carried, fields_of
from connectors.clearinghouse.multipart import parts_of
from connectors.clearinghouse.reach import reached
from connectors.line import Line
from data_contracts.inquiry import Inquiry


class CoreMime:
    """A Transport; `question` writes an inquiry as an X12 270, `path` is below the line's base."""

    def __init__(
        self, line: Line, path: str, parties: Parties, question: Callable[[Inquiry], bytes]
    ) -> None:
        self.vendor, self._line, self._path = line.vendor, line, path
        self._parties, self._question = parties, question

    def carry(self, inquiry: Inquiry) -> Carried:
        """The payload of the answer. Raises ConnectorError."""
        asked = fields_of(self._parties, self._question(inquiry))
        response, body = self._line.exchange(
            "POST", self._path, is_safe=True, files=self._parts(asked)
        )
        said = _fields_in(response.headers.get("Content-Type", ""), body) or None
        return carried(self.vendor, asked, said, response, body)

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether somebody answers there."""
        return [reached(self._line, self._path)]

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _parts(self, asked: dict[str, str]) -> list[tuple[str, tuple[None, str]]]:
        """User and password stand before the sender, as the rule lists them."""
        named = list(asked.items())
        place = list(asked).index("SenderID")
        named[place:place] = [
            ("UserName", self._parties.user),
            ("Password", self._parties.password),
        ]
        return [(name, (None, text)) for name, text in named]


def _fields_in(content_type: str, body: bytes) -> dict[str, bytes]:
    try:
        return {part.name: part.content for part in parts_of(content_type, body) if part.name}
    except ValueError:
        return {}
