"""One request and its whole answer in bytes, within bounds, or a ConnectorError."""

import logging
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from connectors.address import require_safe_address
from connectors.http_fault import HTTPX_ERRORS, from_exception

MOST_BYTES = 64 * 1024 * 1024
_STEP = 64 * 1024
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""Of zlib, by Content-Encoding; some send `deflate` without the wrapping that it should have."""


class Line:
    """The connections to one vendor; thread-safe.

    An answer may take `deadline` seconds in all, however slowly it drips, and unpack to `most`
    bytes: a small body that grows without end is cut off before it fills the memory.
    """

    def __init__(
        self,
        vendor: str,
        base_url: str,
        *,
        sandbox: bool = False,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | httpx.Auth | None = None,
        timeout: float = 20.0,
        connect: float | None = None,
        deadline: float = 60.0,
        most: int = MOST_BYTES,
        connections: int = 100,
    ) -> None:
        require_safe_address(base_url, sandbox)
        self.vendor, self.base_url = vendor, base_url.rstrip("/")
        self._deadline, self._most = deadline, most
        # trust_env is off: a proxy or a ~/.netrc of the machine must not see or replace our key.
        self._http = httpx.Client(
            headers={"Accept-Encoding": "gzip, deflate", **(headers or {})},
            auth=auth,
            timeout=httpx.Timeout(timeout, connect=min(timeout, connect or timeout)),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            verify=_tls() if base_url.startswith("https") else False,
            follow_redirects=False,
            trust_env=False,
        )

    def exchange(
        self, method: str, path: str, *, is_safe: bool, **request: Any
    ) -> tuple[httpx.Response, bytes]:
        """The answer to one request below `base_url`, whatever its status. Raises ConnectorError.

        `is_safe`: asking again does no harm, so that a lost answer is Unavailable.
        """
        try:
            return self._roundtrip(method, path, request)
        except HTTPX_ERRORS as error:
            # `from None`: the cause holds the request, and the request may hold a person.
            raise from_exception(self.vendor, error, is_safe=is_safe) from None

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _roundtrip(
        self, method: str, path: str, request: Mapping[str, Any]
    ) -> tuple[httpx.Response, bytes]:
        stop = time.monotonic() + self._deadline
        url = f"{self.base_url}/{path.lstrip('/')}" if path else self.base_url
        content = bytearray()
        with self._http.stream(method, url, **request) as response:
            encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
            for chunk in _unpacked(encoding, response.iter_raw(_STEP)):
                content += chunk
                if time.monotonic() > stop:
                    raise httpx.ReadTimeout("the answer drips")
                if len(content) > self._most:
                    raise httpx.DecodingError("the answer has no end")
        return response, bytes(content)


def _unpacked(encoding: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks as they were before they were packed, never more than a step at a time."""
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in _WINDOWS:
        raise httpx.DecodingError("packed in a way that was not asked for")
    unpack = _unpacker(_WINDOWS[encoding])
    for chunk in chunks:
        yield from unpack(chunk)


def _unpacker(windows: tuple[int, ...]) -> Callable[[bytes], Iterator[bytes]]:
    window, *others = windows
    stream = zlib.decompressobj(window)
    is_fresh = True

    def unpack(chunk: bytes) -> Iterator[bytes]:
        nonlocal stream, is_fresh
        while True:
            try:
                made = stream.decompress(chunk, _STEP)
            except zlib.error:
                if not (is_fresh and others):
                    raise httpx.DecodingError("packed wrongly") from None
                stream = zlib.decompressobj(others.pop())
                continue
            is_fresh = False
            yield made
            chunk = stream.unconsumed_tail
            # A full step may have left more inside, also where all of the chunk was taken.
            if not chunk and len(made) < _STEP:
                return

    return unpack


def _tls() -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


# httpx writes every address at INFO, and one vendor takes a person's name in its address.
logging.getLogger("httpx").addFilter(lambda record: record.levelno > logging.INFO)
