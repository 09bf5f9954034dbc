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

    Reads the whole stream once, in pieces, and rewinds it. Raises ImportRefused.
    """
    head = stream.read(3)
    stream.seek(0)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
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
