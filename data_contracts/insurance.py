"""How a clinic asks payers, as its file says: through whom, as whom, and about which payers."""

from datetime import date
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator

from data_contracts.inquiry import Asker
from data_contracts.relay import VendorUrl
from data_contracts.secret_name import SecretName

PayerKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
ServiceType = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,2}$")]
SearchField = Literal["member_id", "first_name", "last_name", "birth_date"]
Written = Annotated[str, Field(min_length=1, max_length=80)]
"""As somebody wrote a payer's name: compared without case, dots, commas and double spaces."""

_Id = Annotated[str, Field(min_length=2, max_length=15, description="ISA06, ISA08: at most 15")]
_Qualifier = Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$", description="ISA05, ISA07")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _House(_Part):
    """What every clearinghouse's part says."""

    in_flight: int = Field(10, ge=1, le=200, description="questions at once, of all payers")
    requests_per_minute: int = Field(300, ge=1)


class _X12(_House):
    """What one that is asked in X12 says besides."""

    sender: _Id
    receiver: _Id
    sender_qualifier: _Qualifier = "ZZ"
    receiver_qualifier: _Qualifier = "ZZ"
    core_version: str = Field("2.2.0", description="of CAQH CORE, where it travels in that")


class Eligible(_House):
    """Eligible over its API 1.5; `test=true` goes along unless delivery is live."""

    vendor: Literal["eligible"]
    api_key: SecretName
    base_url: VendorUrl = HttpUrl("https://gds.eligibleapi.com/v1.5")


class Waystar(_X12):
    """Waystar (ZirMed): its form gateway, or CAQH CORE as MIME or SOAP."""

    vendor: Literal["waystar"]
    user: SecretName
    password: SecretName
    transport: Literal["form", "core_mime", "core_soap"] = "form"
    base_url: VendorUrl = HttpUrl("https://eligibilityapi.zirmed.com/1.0")
    sender: _Id = Field(description="as Waystar gave it to the clinic")
    receiver: _Id = "ZIRMED"


class Trizetto(_X12):
    """TriZetto (Gateway EDI): CAQH CORE as SOAP."""

    vendor: Literal["trizetto"]
    user: SecretName
    password: SecretName
    base_url: VendorUrl = HttpUrl("https://api.gatewayedi.com/v2/CORE_CAQH")
    sender: _Id = Field(description="the site id, which is the user name, too")
    receiver: _Id = "GATEWAY EDI"


class Stedi(_X12):
    """Stedi: X12 or JSON over its version 3, or CAQH CORE as SOAP."""

    vendor: Literal["stedi"]
    api_key: SecretName
    transport: Literal["x12", "json", "core_soap"] = "x12"
    account: SecretName | None = Field(None, description="the account's id: core_soap's user")
    base_url: VendorUrl = HttpUrl("https://healthcare.us.stedi.com/2024-04-01")
    core_url: VendorUrl = HttpUrl("https://healthcare.us.stedi.com/2025-06-01")
    sender: _Id = "PTCLINIC"
    receiver: _Id = "STEDI"
    in_flight: int = Field(50, ge=1, le=200, description="Stedi takes 50 of an account at once")
    requests_per_minute: int = Field(6000, ge=1)
    origin: IPv4Address | IPv6Address | None = Field(
        None, description="the clinic's public address: Medicare wants to know where it came from"
    )

    @model_validator(mode="after")
    def _soap_has_a_user(self) -> Self:
        if self.transport == "core_soap" and self.account is None:
            raise ValueError("transport: core_soap needs account, the name of the account's id")
        return self


class Optum(_X12):
    """Optum (Change Healthcare): JSON or X12 over its version 3, with OAuth 2.0."""

    vendor: Literal["optum"]
    client_id: SecretName
    client_secret: SecretName
    transport: Literal["json", "x12"] = Field(
        "json", description="x12 only where Optum's analyst has opened it for the clinic"
    )
    base_url: VendorUrl = HttpUrl("https://apigw.optum.com")
    token_path: str = "apip/auth/v2/token"  # noqa: S105 - where tokens are had
    sender: _Id = "PTCLINIC"
    receiver: _Id = "OPTUM"


Clearinghouse = Annotated[
    Eligible | Waystar | Trizetto | Stedi | Optum, Field(discriminator="vendor")
]


class Payer(_Part):
    """One payer: how the clearinghouse knows it, and what it wants to be asked."""

    payer_id: str = Field(min_length=1, max_length=80, description="the clearinghouse's, not ours")
    name: str = Field(min_length=1, max_length=60)
    aliases: tuple[Written, ...] = Field((), description="as the practice system writes it")
    is_medicare: bool = Field(
        False, description="Original Medicare: never asked the same twice within a day"
    )
    service_types: tuple[ServiceType, ...] = Field(
        ("30", "PT"),
        min_length=1,
        description="asked one by one: many payers answer only the first",
    )
    if_silent: tuple[ServiceType, ...] = Field(
        ("AE",), description="asked where nothing was said about therapy"
    )
    search_options: tuple[tuple[SearchField, ...], ...] = Field(
        (("member_id", "first_name", "last_name", "birth_date"),),
        min_length=1,
        description="alternatives, best first: what the payer finds a member by, and no more is"
        " told",
    )
    in_flight: int | None = Field(None, ge=1, description="questions at once; None: the vendor's")
    needs_enrolment: bool = Field(
        False, description="it answers only whom it has enrolled; Medicare does so by itself"
    )
    enrolled_on: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _medicare_enrols(cls, said: Any) -> Any:
        if isinstance(said, dict) and said.get("is_medicare"):
            return {"needs_enrolment": True, **said}
        return said


class Insurance(_Part):
    """Whom the clinic asks about coverage."""

    clearinghouse: Clearinghouse
    asker: Asker
    originator: str = Field(
        pattern=r"^[139][0-9A-Z]{9}$",
        description="who traces (TRN03): 1 and the EIN, 3 and the DUNS, or 9 and an own nine",
    )
    payers: dict[PayerKey, Payer] = Field(min_length=1)
    note: Literal["none", "memo"] = Field(
        "none", description="where the practice system is told what a payer said"
    )

    ask_second: bool = Field(
        True, description="whether the payer of a second policy is asked, too; may be billed"
    )

    def named(self, written: str) -> tuple[str, Payer] | None:
        """The payer that somebody wrote so, with its key; None where no alias fits."""
        plain = spelled(written)
        for key, payer in self.payers.items():
            if plain in {spelled(one) for one in (payer.name, *payer.aliases)}:
                return key, payer
        return None

    def may_be_one(self, written: str, other: str) -> bool:
        """Whether two spellings may be one payer's; a name that no alias fits may be anybody's."""
        one, another = self.named(written), self.named(other)
        return one is None or another is None or one[0] == another[0]

    @model_validator(mode="after")
    def _who_asks_has_a_name(self) -> Self:
        if not (self.asker.organization or self.asker.last_name):
            raise ValueError("asker: give organization, or first_name and last_name of a therapist")
        return self

    @model_validator(mode="after")
    def _no_name_is_two_payers(self) -> Self:
        seen: dict[str, str] = {}
        for key, payer in self.payers.items():
            for plain in {spelled(one) for one in (payer.name, *payer.aliases)}:
                if seen.setdefault(plain, key) != key:
                    both = f"{seen[plain]} and {key}"
                    raise ValueError(f"payers: {both} are both written {plain!r}; leave it to one")
        return self


def spelled(written: str) -> str:
    """A payer's name as it is compared."""
    return " ".join(written.casefold().replace(".", " ").replace(",", " ").split())
