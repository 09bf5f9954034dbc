"""The parts of a multipart body (RFC 2046), in bytes."""

from email import message_from_bytes
from email.message import Message
from typing import NamedTuple

MOST_PARTS = 50


class Part(NamedTuple):
    """One part: its type, how others refer to it, its field's name, its bytes."""

    kind: str
    content_id: str
    name: str
    content: bytes


def parts_of(content_type: str, body: bytes) -> tuple[Part, ...]:
    """The parts in their order; nothing for a body that is none. Raises ValueError for one that
    nests or has no end of parts."""
    head = f"MIME-Version: 1.0\r\nContent-Type: {' '.join(content_type.split())}\r\n\r\n"
    try:
        whole = message_from_bytes(head.encode("latin-1", "replace") + body)
        found = whole.get_payload() if whole.is_multipart() else []
    except RecursionError:
        raise ValueError("a body of bodies without end") from None
    if not isinstance(found, list) or len(found) > MOST_PARTS:
        raise ValueError("more parts than an envelope has")
    made = []
    for part in (one for one in found if isinstance(one, Message)):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise ValueError("a part that has parts")
        name = part.get_param("name", "", header="content-disposition")
        made.append(
            Part(
                part.get_content_type(),
                str(part.get("Content-ID", "")).strip().strip("<>"),
                name if isinstance(name, str) else "",
                content,
            )
        )
    return tuple(made)
