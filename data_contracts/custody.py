"""Who keeps a clinic's master key, where its backups go, when its records end."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.relay import VendorUrl
from data_contracts.secret_name import SecretName

BUCKET = "s3://"


def lie_together(one: Path, other: Path) -> bool:
    """Whether one folder is the other, or lies in it."""
    first, second = one.resolve(), other.resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyInFile(_Part):
    """The master key in `master.key` of the clinic's folder, mode 0600."""

    source: Literal["file"] = "file"


class KeyInEnvironment(_Part):
    """The master key in a variable, or in the file that NAME_FILE names; 64 hex digits."""

    source: Literal["environment"]
    variable: SecretName


class KeyInKms(_Part):
    """The master key as AWS KMS encrypted it, in `master.kms`; decrypted at every start."""

    source: Literal["aws_kms"]
    kms_key: str = Field(min_length=1, description="id, ARN or alias of the KMS key")
    region: str = "us-east-1"
    access_key: SecretName | None = Field(None, description="None: the machine's role")
    secret_key: SecretName | None = None
    base_url: VendorUrl | None = None


MasterKey = Annotated[KeyInFile | KeyInEnvironment | KeyInKms, Field(discriminator="source")]


class Backups(_Part):
    """Where encrypted copies of the ledger go each night; S3 needs an agreement with `aws`."""

    to: str | None = Field(
        None, description="a folder, or s3://BUCKET/PREFIX; None: `backups` in the clinic's folder"
    )
    keys_to: Path | None = Field(
        None,
        description="a folder for copies of the wrapped keys, each kept for at most seven days; "
        "None: `key-backups` in the clinic's folder",
    )
    keep_days: int | None = Field(
        35,
        ge=1,
        description="for so many days a copy of the ledger is kept, the newest whole one for ever; "
        "None: we delete none, as where the bucket's own rules do",
    )
    region: str = "us-east-1"
    access_key: SecretName | None = Field(None, description="None: the machine's role")
    secret_key: SecretName | None = None
    base_url: VendorUrl | None = None

    @property
    def is_away(self) -> bool:
        """Whether the copies go to a bucket."""
        return self.to is not None and self.to.startswith(BUCKET)

    @model_validator(mode="after")
    def _keys_lie_apart(self) -> Self:
        is_local = self.to is not None and not self.is_away
        if is_local and self.keys_to and lie_together(Path(str(self.to)), self.keys_to):
            raise ValueError(
                "copies of the ledger and of its keys would lie in one place; give keys_to a "
                "folder of its own"
            )
        return self


class Retention(_Part):
    """What happens to a patient's data once the law no longer asks for it."""

    apply: Literal["by_command", "monthly"] = Field(
        "by_command", description="monthly: the scheduled flow erases what is due"
    )
