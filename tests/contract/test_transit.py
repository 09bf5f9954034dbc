"""Every connector, against servers that are not who they say: nothing of ours is sent to them.

TLS of real sockets on loopback. A connector that the table forgets fails the last test.
"""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.clearinghouse.build import Circumstances, clearinghouse
from connectors.custody.aws_kms import AwsKms
from connectors.custody.s3_vault import S3Vault
from connectors.errors import ConnectorError
from connectors.files.s3_folder import S3Folder
from connectors.files.sftp_folder import SftpFolder, SftpLogin
from connectors.messaging.base import Outgoing
from connectors.messaging.ses_email import SesEmail
from connectors.messaging.ses_queue import SesQueue
from connectors.messaging.twilio_account import balance_of
from connectors.messaging.twilio_client import ask, open_client
from connectors.messaging.twilio_sms import TwilioSms
from connectors.messaging.twilio_voice import TwilioVoice
from connectors.practice.cliniko import Cliniko
from connectors.practice.jane_login import Login
from connectors.weather.open_meteo import OpenMeteo
from data_contracts.errors import GateClosed
from tests.cast import CLINIKO_KEY, NOW, TWILIO_ACCOUNT, TWILIO_TOKEN
from tests.unit.connectors.clearinghouse.settings import inquiry, insurance

ROOT = Path(__file__).parents[2]
_FAR = "http://203.0.113.7/api"
_AWS = {"access_key": "key", "secret_key": "secret"}
_TWILIO = (TWILIO_ACCOUNT, TWILIO_TOKEN, "+13035550141")


def _text(**more: Any) -> Outgoing:
    values = {"message_id": "m1", "to": "+13035550101", "body": "Ana", "language": "en"}
    return Outgoing(**(values | {"sending_at": NOW} | more))


def _cliniko(url: str) -> Any:
    return Cliniko(CLINIKO_KEY, "ops@example.com", base_url=url, timeout=5)


def _sms(url: str) -> Any:
    return TwilioSms(*_TWILIO, base_url=url, timeout=5)


def _voice(url: str) -> Any:
    return TwilioVoice(*_TWILIO, callback_url=url, base_url=url, timeout=5)


def _account(url: str) -> Any:
    client = open_client(*_TWILIO[:2], base_url=url, timeout=5, sandbox=False)
    return ask(lambda: balance_of(client), is_safe=True)


def _ses(url: str) -> Any:
    return SesEmail("key", "secret", "clinic@example.com", base_url=url, timeout=5)


def _payer(house: str, url: str) -> Any:
    here = Circumstances(str.lower, is_live=False, is_sandbox=False, seconds=5)
    return clearinghouse(insurance(house, url), here).inquire(inquiry())


CONNECTORS: dict[str, tuple[str, Callable[[str], Any]]] = {
    # what: its module, and one call of it at an address
    "cliniko": ("practice/cliniko", lambda url: _cliniko(url).visit("1")),
    "jane": (
        "practice/jane_keeper",
        lambda url: Login(url, "id", "secret", url, timeout=5).refresh("token", NOW),
    ),
    "open-meteo": (
        "weather/open_meteo",
        lambda url: OpenMeteo(39.7, -105.0, "America/Denver", base_url=url).forecast(
            NOW.date(), NOW.date()
        ),
    ),
    "eligible": ("clearinghouse/eligible", lambda url: _payer("eligible", url)),
    "trizetto": ("clearinghouse/core_soap", lambda url: _payer("trizetto", url)),
    "optum": ("clearinghouse/client_credentials", lambda url: _payer("optum", url)),
    "twilio texts": ("messaging/twilio_sms", lambda url: _sms(url).send(_text())),
    "twilio calls": (
        "messaging/twilio_voice",
        lambda url: _voice(url).send(_text(twiml="<Response/>")),
    ),
    "twilio account": ("messaging/twilio_account", _account),
    "ses": (
        "messaging/ses_email",
        lambda url: _ses(url).send(_text(to="ana@example.com", subject="s", html="<p>Ana</p>")),
    ),
    "ses events": (
        "messaging/ses_queue",
        lambda url: SesQueue("key", "secret", f"{url}/1/events", timeout=5).receive(),
    ),
    "s3 folder": ("files/s3_folder", lambda url: S3Folder("b", base_url=url, **_AWS).list()),
    "s3 vault": ("custody/s3_vault", lambda url: S3Vault("b", base_url=url, **_AWS).list()),
    "kms": ("custody/aws_kms", lambda url: AwsKms("k", "n", base_url=url, **_AWS).wrap(b"k" * 32)),
}
_ELSEWHERE = {
    # they open no connection of their own, or what they open is shown elsewhere
    "http": "cliniko, jane and open-meteo speak through it",
    "line": "everybody without an SDK speaks through it",
    "clearinghouse/core_envelope": "reads what trizetto's SOAP or waystar's MIME brought",
    "clearinghouse/refusal": "names what an answer means",
    "http_fault": "names httpx's errors",
    "messaging/twilio_client": "texts, calls and the account speak through it",
    "files/sftp_folder": "no TLS: a host key (below, and tests/contract/files/test_folders.py)",
}
_LIBRARIES = ("httpx", "boto3", "requests", "twilio.rest", "paramiko", "socket", "urllib.request")


@dataclass
class Impostor:
    """A TLS server; `heard` is what somebody said to it once they were connected."""

    url: str
    heard: list[bytes] = field(default_factory=list)
    met: int = 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates: `good` for 127.0.0.1 and `other` for another host, both their own issuers."""
    folder = tmp_path_factory.mktemp("tls")
    _certify(folder / "good.pem", x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    _certify(folder / "other.pem", x509.DNSName("other.example.com"))
    return folder


def _certify(path: Path, name: x509.GeneralName) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, path.stem)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    encoding, style = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    own = key.private_bytes(encoding, style, plain)
    path.write_bytes(own + made.public_bytes(encoding))


@contextlib.contextmanager
def impostor(certificate: Path, *, is_old: bool = False) -> Iterator[Impostor]:
    """Listens on loopback; `is_old` speaks TLS 1.1 at most."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if is_old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        # Python warns of so old a version, which is the point here.
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Impostor(f"https://127.0.0.1:{listener.getsockname()[1]}")
        stop = threading.Event()
        listener.settimeout(0.1)
        thread = threading.Thread(target=_serve, args=(listener, context, made, stop))
        thread.start()
        try:
            yield made
        finally:
            stop.set()
            thread.join(10)


def _serve(
    listener: socket.socket, context: ssl.SSLContext, made: Impostor, stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            near, _ = listener.accept()
        except TimeoutError:
            continue
        made.met += 1
        near.settimeout(3)
        with near, contextlib.suppress(OSError), context.wrap_socket(near, server_side=True) as far:
            if said := far.recv(65536):
                made.heard.append(said)
                far.sendall(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _call(call: Callable[[str], Any], url: str) -> None:
    with contextlib.suppress(ConnectorError):
        call(url)


@pytest.fixture
def trusts_everyone_here(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts both issuers; what is refused now is refused for another reason."""
    both = authority / "both.pem"
    both.write_bytes(b"".join((authority / f"{n}.pem").read_bytes() for n in ("good", "other")))
    for name in ("SSL_CERT_FILE", "AWS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(both))
    # On loopback Twilio's transport reads no environment; this is its list of issuers.
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(both))


@pytest.mark.slow
@pytest.mark.parametrize("name", CONNECTORS)
def test_a_certificate_that_nobody_vouches_for_hears_nothing(name: str, authority: Path) -> None:
    with impostor(authority / "good.pem") as server:
        _call(CONNECTORS[name][1], server.url)
    assert server.met, "it was reached at all"
    assert server.heard == []


@pytest.mark.slow
@pytest.mark.usefixtures("trusts_everyone_here")
@pytest.mark.parametrize("name", CONNECTORS)
def test_who_has_a_certificate_for_this_host_is_spoken_to(name: str, authority: Path) -> None:
    """Without this the other tests could not fail."""
    with impostor(authority / "good.pem") as server:
        _call(CONNECTORS[name][1], server.url)
    assert server.heard


@pytest.mark.slow
@pytest.mark.usefixtures("trusts_everyone_here")
@pytest.mark.parametrize("name", CONNECTORS)
def test_a_certificate_for_another_host_hears_nothing(name: str, authority: Path) -> None:
    with impostor(authority / "other.pem") as server:
        _call(CONNECTORS[name][1], server.url)
    assert server.met
    assert server.heard == []


@pytest.mark.slow
@pytest.mark.usefixtures("trusts_everyone_here")
@pytest.mark.parametrize("name", CONNECTORS)
def test_a_server_that_speaks_tls_1_1_at_most_hears_nothing(name: str, authority: Path) -> None:
    with impostor(authority / "good.pem", is_old=True) as server:
        _call(CONNECTORS[name][1], server.url)
        assert server.met
        assert server.heard == []
        _speak_as_of_2006(server.url)
        assert server.heard == [b"hello"], "who allows it can speak to that server"


def _speak_as_of_2006(url: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    host, _, port = url.removeprefix("https://").partition(":")
    with socket.create_connection((host, int(port)), 5) as near, context.wrap_socket(near) as far:
        far.sendall(b"hello")
        far.recv(1)


@pytest.mark.parametrize("name", CONNECTORS)
def test_plain_http_beyond_this_machine_is_refused_before_anything_is_tried(name: str) -> None:
    with pytest.raises(GateClosed, match=r"in clear. Write https"):
        CONNECTORS[name][1](_FAR)


def test_an_sftp_server_is_refused_without_the_host_key_that_we_were_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises((GateClosed, ConnectorError), match="host_key"):
            SftpFolder(SftpLogin("127.0.0.1", "u", "", port=port, password="secret")).list()


def test_the_table_forgets_no_connector() -> None:
    found = {
        path.relative_to(ROOT / "connectors").with_suffix("").as_posix()
        for path in (ROOT / "connectors").rglob("*.py")
        if any(
            line.startswith((f"import {library}", f"from {library} "))
            for line in path.read_text(encoding="utf-8").splitlines()
            for library in _LIBRARIES
        )
    }
    assert found, "the search finds connectors"
    assert found <= {module for module, _ in CONNECTORS.values()} | set(_ELSEWHERE)
