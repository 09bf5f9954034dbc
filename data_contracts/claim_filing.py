"""How a clinic's claims leave and where answers to them come back, as its file says."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.claim import BillingProvider
from data_contracts.duration import Duration
from data_contracts.folder import Folder
from data_contracts.place_of_service import PlaceCode
from data_contracts.relay import SigningVendor

_Id = Annotated[str, Field(min_length=2, max_length=15, pattern=r"^[0-9A-Za-z .&-]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChartCharges(_Part):
    """The practice system's own report of what was done: no practice system has it in its API."""

    folder: Folder
    mapping: str = Field("webpt_charges", description="a shipped mapping's name, or a YAML path")


class SubmitterPart(_Part):
    """Who sends: as the clearinghouse knows the clinic, and whom it may call."""

    identifier: _Id = Field(description="ISA06 and 1000A: as the clearinghouse gave it")
    contact: str = Field(min_length=1, max_length=60)
    phone: str = Field(pattern=r"^\d{10}$", description="ten digits")


class ReceiverPart(_Part):
    """Who takes the files."""

    name: str = Field(min_length=1, max_length=60)
    identifier: _Id = Field(description="ISA08 and 1000B")


class ClaimFiling(_Part):
    """Claims as files in a folder of the clearinghouse; acknowledgements and payments from one."""

    vendor: SigningVendor = Field(description="the clearinghouse, as `agreements` names it")
    drop: Folder = Field(description="where claim files are put; sftp or local")
    pickup: Folder = Field(description="where 999, 277CA and 835 arrive; nothing is removed")
    charges: ChartCharges
    billing: BillingProvider
    submitter: SubmitterPart
    receiver: ReceiverPart
    kinds: dict[str, Annotated[str, Field(pattern=r"^[0-9A-Z]{1,2}$")]] = Field(
        default_factory=dict,
        description="kind of insurance (SBR09) by a payer's key: CI, BL, MB, MC, 16; CI by itself",
    )
    place_of_service: PlaceCode | None = Field(
        None, description='the clinic\'s own rooms, such as "11"; None: the chart must say it'
    )
    second_payer: bool = Field(
        True, description="what the first payer leaves is claimed of the policy after it"
    )
    silent_after: Duration = Field(
        timedelta(hours=24), description="a file without any answer is asked about"
    )

    @model_validator(mode="after")
    def _drop_takes_files(self) -> Self:
        if self.drop.kind == "s3":
            raise ValueError("drop: a bucket takes no claim files; use kind sftp or local")
        return self
