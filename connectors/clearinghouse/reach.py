"""Whether somebody answers at an address, without asking about anybody."""

from connectors.errors import ConnectorError
from connectors.line import Line

_WORDS = "Whether user and key are right shows with the first question, which is billed."


def reached(line: Line, path: str = "") -> tuple[str, bool, str]:
    """The doctor's line: any status will do, since a question is not what is sent."""
    name = f"{line.vendor} reachable"
    try:
        line.exchange("GET", path, is_safe=True)
    except ConnectorError as error:
        return name, False, str(error)
    return name, True, _WORDS
