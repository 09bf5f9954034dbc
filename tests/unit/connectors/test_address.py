"""Where a request may go."""

import pytest

from connectors.address import require_safe_address
from data_contracts.errors import GateClosed

TABLE = [
    # address                               sandbox  live
    ("http://127.0.0.1:8000/v1", True, True),
    ("http://[::1]:8000", True, True),
    ("http://localhost:8000", True, True),
    ("https://127.0.0.1:8000", True, True),
    ("https://api.au1.cliniko.com/v1", False, True),
    ("http://api.au1.cliniko.com/v1", False, False),
    ("http://127.0.0.1.example.com/v1", False, False),
    ("http://localhost.example.com/v1", False, False),
    ("https://127.0.0.1@example.com/v1", False, False),
    ("https://key:secret@example.com/v1", False, False),
    ("http://2130706433/", False, False),
    ("http://0.0.0.0:8000", False, False),
    ("http://example.com\\@127.0.0.1/", False, False),
    ("https://example.com:port/", False, False),
    ("https://exa mple.com/", False, False),
    ("ftp://127.0.0.1/", False, False),
    ("file:///etc/hosts", False, False),
    ("127.0.0.1:8000", False, False),
    ("https://hooks.zapier.com/hooks/catch/1/a", False, False),
    ("https://HOOK.eu1.make.com./a", False, False),
    ("https://northside.app.n8n.cloud/webhook/1", False, False),
    ("https://zapier.com.example.com/", False, True),
    ("https://notzapier.com/", False, True),
    ("https://", False, False),
    ("", False, False),
]


@pytest.mark.parametrize(("address", "in_sandbox", "when_live"), TABLE)
def test_addresses(address: str, in_sandbox: bool, when_live: bool) -> None:
    assert _passes(address, sandbox=True) is in_sandbox
    assert _passes(address, sandbox=False) is when_live


def _passes(address: str, *, sandbox: bool) -> bool:
    try:
        require_safe_address(address, sandbox)
    except GateClosed:
        return False
    return True
