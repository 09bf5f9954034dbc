"""The pretend clearinghouse in a process of its own, and every vendor's connector on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import httpx
import pytest

from connectors.clearinghouse.build import Circumstances, clearinghouse
from connectors.clearinghouse.exchange import Exchange
from data_contracts.inquiry import Inquiry, Person
from tests.sandbox_process import sandbox_process
from tests.unit.connectors.clearinghouse.settings import HOUSES, inquiry, insurance

PATHS = {
    "eligible": "v1.5",
    "waystar": "1.0",
    "trizetto": "v2/CORE_CAQH",
    "stedi": "2024-04-01",
    "optum": "",
}
SECRETS = {
    "HOUSE_KEY": "sandbox-clearinghouse-key",
    "HOUSE_USER": "sandbox-clinic",
    "HOUSE_PASSWORD": "sandbox-clinic-password",
    "HOUSE_ACCOUNT": "sandbox-account",
}
ANA = Person(first_name="Ana", last_name="Example", birth_date=date(1980, 1, 1))
Open = Callable[..., Exchange]


@pytest.fixture(scope="session")
def box() -> Iterator[dict[str, str]]:
    """The sandbox's addresses by name."""
    options = ("--patients", "2", "--history-days", "5", "--rate-limit", "0")
    with sandbox_process(*options) as addresses:
        yield addresses


@pytest.fixture
def control(box: dict[str, str]) -> Iterator[httpx.Client]:
    """The tests' own door to what the clearinghouse saw; all is forgotten before and after."""
    with httpx.Client(base_url=f"{box['control']}/", trust_env=False) as door:
        door.delete("clearinghouse").raise_for_status()
        yield door
        door.delete("faults").raise_for_status()
        door.delete("clearinghouse").raise_for_status()


@pytest.fixture
def connect(box: dict[str, str]) -> Iterator[Open]:
    """Opens a vendor's connector by its name in HOUSES; closes all."""
    with ExitStack() as stack:

        def opened(
            house: str,
            *,
            seconds: float = 5.0,
            naps: tuple[float, ...] = (0.001,),
            **secrets: str,
        ) -> Exchange:
            vendor = HOUSES[house]["vendor"]
            path = "2025-06-01" if house == "stedi soap" else PATHS[vendor]
            known = SECRETS | secrets
            here = Circumstances(
                known.__getitem__, is_live=False, is_sandbox=True, seconds=seconds, naps=naps
            )
            made = clearinghouse(insurance(house, f"{box[vendor]}/{path}"), here)
            stack.callback(made.close)
            return made

        yield opened


def about(member: str, **more: Any) -> Inquiry:
    """A question about Ana under a member id: what the sandbox does hangs on it."""
    who = ANA.model_copy(update={"member_id": member})
    return inquiry(**({"subscriber": who, "service_type": "30"} | more))
