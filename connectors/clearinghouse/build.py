"""The clearinghouse that a clinic's file names, over the transport it names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.clearinghouse.base import Transport
from connectors.clearinghouse.client_credentials import ClientCredentials
from connectors.clearinghouse.core_envelope import Parties
from connectors.clearinghouse.core_mime import CoreMime
from connectors.clearinghouse.core_soap import CoreSoap
from connectors.clearinghouse.eligible import Eligible
from connectors.clearinghouse.exchange import NAPS, Exchange
from connectors.clearinghouse.json_v3 import PATH, JsonV3
from connectors.clearinghouse.question import Question
from connectors.clearinghouse.traffic import Traffic
from connectors.clearinghouse.zirmed import ZirMed
from connectors.line import Line
from data_contracts import insurance as said
from data_contracts.inquiry import Inquiry

URGENT, PATIENT = 30.0, 75.0
"""Seconds for one answer: while somebody waits at the desk, and at night."""

_CONNECT = 15.0
_MOST = 4 * 1024 * 1024
"""Bytes of one answer; the longest 271 seen has some 60 thousand."""


@dataclass(frozen=True)
class Circumstances:
    """What the clinic's file does not say by itself: the mode, the time there is, the secrets."""

    secret: Callable[[str], str]
    is_live: bool
    is_sandbox: bool
    seconds: float = PATIENT
    naps: tuple[float, ...] = NAPS

    def line(self, house: Any, base_url: object, **more: Any) -> Line:
        """The connections to a vendor, as many as may be in flight."""
        return Line(
            house.vendor,
            str(base_url),
            sandbox=self.is_sandbox,
            timeout=self.seconds,
            connect=_CONNECT,
            deadline=self.seconds,
            most=_MOST,
            connections=house.in_flight,
            **more,
        )


def clearinghouse(part: said.Insurance, circumstances: Circumstances) -> Exchange:
    """The clinic's clearinghouse. Raises GateClosed for an unsafe address, SecretMissing."""
    house = part.clearinghouse
    of_payer = {one.payer_id: one.in_flight for one in part.payers.values() if one.in_flight}
    traffic = Traffic(house.vendor, house.in_flight, house.requests_per_minute, of_payer=of_payer)
    return Exchange(_transport(part, circumstances), traffic, naps=circumstances.naps)


def _transport(part: said.Insurance, here: Circumstances) -> Transport:
    house = part.clearinghouse
    if isinstance(house, said.Eligible):
        key = here.secret(house.api_key)
        return Eligible(here.line(house, house.base_url), key, is_live=here.is_live)
    question = Question(
        house.vendor,
        house.sender,
        house.receiver,
        part.originator,
        is_test=not here.is_live,
        sender_qualifier=house.sender_qualifier,
        receiver_qualifier=house.receiver_qualifier,
    )
    if isinstance(house, said.Waystar):
        return _waystar(house, here, question)
    if isinstance(house, said.Trizetto):
        parties = _parties(house, here.secret(house.user), here.secret(house.password))
        return CoreSoap(here.line(house, house.base_url), "soap", parties, question)
    if isinstance(house, said.Stedi):
        return _stedi(part, house, here, question)
    return _optum(house, here, question)


def _waystar(house: said.Waystar, here: Circumstances, question: Question) -> Transport:
    user, password = here.secret(house.user), here.secret(house.password)
    line = here.line(house, house.base_url)
    if house.transport == "form":
        return ZirMed(line, user, password, question)
    parties = _parties(house, user, password)
    if house.transport == "core_mime":
        return CoreMime(line, "Mime/inquiry", parties, question)
    return CoreSoap(line, "Soap/CoreSoapAPI.svc", parties, question)


def _stedi(
    part: said.Insurance, house: said.Stedi, here: Circumstances, question: Question
) -> Transport:
    key = here.secret(house.api_key)
    headers = _origin(part, house)
    if house.transport == "core_soap":
        parties = _parties(house, here.secret(str(house.account)), key)
        line = here.line(house, house.core_url)
        return CoreSoap(line, "protocols/caqh-core", parties, question, headers)
    line = here.line(house, house.base_url, headers={"Authorization": key})
    return JsonV3(line, question=question if house.transport == "x12" else None, headers=headers)


def _optum(house: said.Optum, here: Circumstances, question: Question) -> Transport:
    client = here.secret(house.client_id), here.secret(house.client_secret)
    keeper = ClientCredentials(here.line(house, house.base_url), house.token_path, *client)
    return JsonV3(
        here.line(house, house.base_url, auth=keeper),
        path=PATH.removeprefix("change/"),
        question=question if house.transport == "x12" else None,
        keeper=keeper,
    )


def _parties(house: said.Waystar | said.Trizetto | said.Stedi, user: str, password: str) -> Parties:
    return Parties(user, password, house.sender, house.receiver, house.core_version)


def _origin(part: said.Insurance, house: said.Stedi) -> Callable[[Inquiry], Mapping[str, str]]:
    """Medicare wants the address at which a question began; nobody else is told it."""
    medicare = {one.payer_id for one in part.payers.values() if one.is_medicare}

    def headers(inquiry: Inquiry) -> Mapping[str, str]:
        if house.origin and inquiry.payer_id in medicare:
            return {"X-Forwarded-For": str(house.origin)}
        return {}

    return headers
