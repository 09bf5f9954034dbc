"""A folder that a clinic file names, wherever it is."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.relay import VendorUrl
from data_contracts.secret_name import SecretName


class Folder(BaseModel):
    """Where files arrive, or are put."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["local", "sftp", "s3"]
    path: str = Field(description="a folder, or a prefix in the bucket")
    host: str | None = None
    port: int = 22
    user: str | None = None
    private_key: SecretName | None = None
    password: SecretName | None = None
    host_key: str | None = Field(None, description="the server's public key, as in known_hosts")
    bucket: str | None = None
    base_url: VendorUrl | None = None
