"""Clinics' parts about insurance, and a question, made up here."""

from datetime import UTC, date, datetime
from typing import Any

from connectors.clearinghouse.build import Circumstances, clearinghouse
from connectors.clearinghouse.exchange import Exchange
from data_contracts.inquiry import Asker, Inquiry, Person
from data_contracts.insurance import Insurance

NPI = "1999999984"
NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
LOGIN = {"user": "HOUSE_USER", "password": "HOUSE_PASSWORD", "sender": "CLINIC"}
HOUSES: dict[str, dict[str, Any]] = {
    "eligible": {"vendor": "eligible", "api_key": "HOUSE_KEY"},
    "waystar form": {"vendor": "waystar", **LOGIN},
    "waystar mime": {"vendor": "waystar", "transport": "core_mime", **LOGIN},
    "waystar soap": {"vendor": "waystar", "transport": "core_soap", **LOGIN},
    "trizetto": {"vendor": "trizetto", **LOGIN},
    "stedi x12": {"vendor": "stedi", "api_key": "HOUSE_KEY"},
    "stedi json": {"vendor": "stedi", "api_key": "HOUSE_KEY", "transport": "json"},
    "stedi soap": {
        "vendor": "stedi",
        "api_key": "HOUSE_KEY",
        "account": "HOUSE_ACCOUNT",
        "transport": "core_soap",
    },
    "optum": {"vendor": "optum", "client_id": "HOUSE_USER", "client_secret": "HOUSE_PASSWORD"},
}
"""Every vendor over every transport."""

PAYERS = {
    "acme": {"payer_id": "60054", "name": "Acme Health", "in_flight": 4},
    "medicare": {"payer_id": "CMS", "name": "Medicare", "is_medicare": True},
}


def insurance(house: str, base_url: str | None = None, **more: Any) -> Insurance:
    """A clinic's part; `base_url` stands for every address of the vendor."""
    named = HOUSES[house] | more
    if base_url:
        named |= {"base_url": base_url}
        if named["vendor"] == "stedi":
            named |= {"core_url": base_url}
    return Insurance.model_validate(
        {
            "clearinghouse": named,
            "asker": {"npi": NPI, "organization": "Northside Physical Therapy"},
            "originator": "9NORTHSIDE",
            "payers": PAYERS,
        }
    )


def opened(house: str, base_url: str, **more: Any) -> Exchange:
    """A clearinghouse on loopback; the secrets are their names in small letters."""
    given: dict[str, Any] = {"is_live": False, "seconds": 5.0, "naps": (0.001,)}
    given |= {name: more.pop(name) for name in ("is_live", "seconds", "naps") if name in more}
    secret = str.lower
    return clearinghouse(
        insurance(house, base_url, **more), Circumstances(secret, is_sandbox=True, **given)
    )


def inquiry(**more: Any) -> Inquiry:
    """A question about somebody made up."""
    ana = Person(
        first_name="Ana", last_name="Quagmire", birth_date=date(1980, 1, 2), member_id="QQ55512"
    )
    given: dict[str, Any] = {
        "trace": "TRACE000001",
        "payer_id": "60054",
        "payer_name": "Acme Health",
        "asker": Asker(npi=NPI, organization="Northside Physical Therapy"),
        "subscriber": ana,
        "service_type": "PT",
        "service_on": date(2026, 11, 28),
        "asked_at": NOW,
    }
    return Inquiry(**(given | more))
