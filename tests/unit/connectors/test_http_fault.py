"""Every exception of httpx has a meaning."""

import inspect
import pickle

import httpx
import pytest

from connectors.errors import ConnectorError, ContractBroken, RateLimited, Unavailable, Unconfirmed
from connectors.http_fault import FAULT_OF, HTTPX_ERRORS, Fault, from_exception

ALL = [one for one in vars(httpx).values() if inspect.isclass(one) and issubclass(one, Exception)]


@pytest.mark.parametrize("kind", ALL)
def test_every_exception_of_httpx_is_in_the_table(kind: type[Exception]) -> None:
    assert kind in FAULT_OF
    assert issubclass(kind, HTTPX_ERRORS)


@pytest.mark.parametrize("kind", [k for k, f in FAULT_OF.items() if f is Fault.UNSENT])
def test_what_never_left_may_be_sent_again(kind: type[Exception]) -> None:
    error = from_exception("acme", kind("refused"), is_safe=False)
    assert isinstance(error, Unavailable)


@pytest.mark.parametrize(
    "kind", [k for k, f in FAULT_OF.items() if f is Fault.LOST and issubclass(k, httpx.HTTPError)]
)
def test_what_left_may_have_happened(kind: type[Exception]) -> None:
    assert isinstance(from_exception("acme", kind("gone"), is_safe=False), Unconfirmed)
    assert isinstance(from_exception("acme", kind("gone"), is_safe=True), Unavailable)


def test_an_untrusted_certificate_stops_instead_of_retrying() -> None:
    cause = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")
    assert isinstance(from_exception("acme", cause, is_safe=True), ContractBroken)


def _tree(kind: type[ConnectorError]) -> list[type[ConnectorError]]:
    return [kind, *(below for one in kind.__subclasses__() for below in _tree(one))]


@pytest.mark.parametrize("kind", _tree(ConnectorError))
def test_an_error_survives_the_way_between_processes(kind: type[ConnectorError]) -> None:
    error = kind("acme", "is gone. Wait.", code="503")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(copy), str(copy), copy.code) == (kind, "acme: is gone. Wait. [503]", "503")


def test_only_what_did_nothing_is_retryable() -> None:
    assert {one for one in _tree(ConnectorError) if one.retryable} == {Unavailable, RateLimited}
