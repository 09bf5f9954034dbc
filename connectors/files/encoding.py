"""Which encoding a report's bytes are in."""

import codecs
from typing import BinaryIO

from data_contracts.errors import ImportRefused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20


def encoding_of(stream: BinaryIO, file: str, wanted: str = "auto") -> str:
    """The encoding to read with: the mapping's, the byte-order mark's, else UTF-8, else cp1252.

    UTF-16 without its mark is known by its first letter, of which one byte is zero.

    Reads the whole stream once, in pieces, and rewinds it. Raises ImportRefused.
    """
    head = stream.read(3)
    stream.seek(0)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    if marked is None and wanted == "auto" and len(head) > 1 and 0 in head[:2] and any(head[:2]):
        marked = "utf-16-be" if head[0] == 0 else "utf-16-le"
    candidates = [marked] if marked else ["utf-8", "cp1252"] if wanted == "auto" else [wanted]
    for name in candidates:
        if _decodes(stream, name):
            return name
    raise ImportRefused(
        f"{file}: is not text in {' or '.join(candidates)}. "
        "Set `encoding` in the mapping to what the vendor writes, or export it again as CSV UTF-8."
    )


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    finally:
        stream.seek(0)
    return True
