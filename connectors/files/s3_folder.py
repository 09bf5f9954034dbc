"""Report files under a prefix of an S3 bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from connectors.address import is_loopback, require_safe_address
from connectors.errors import Rejected, Unauthorized, Unavailable
from connectors.files.store import FileEntry, in_memory, in_order, is_plain
from data_contracts.errors import GateClosed

_VENDOR = "s3"
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "403"}
_ABSENT = {"NoSuchBucket", "NoSuchKey", "404"}


class S3Folder:
    """A FileStore. Without keys of its own it uses the machine's role."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        base_url: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        region: str = "us-east-1",
        sandbox: bool = False,
    ) -> None:
        if base_url:
            require_safe_address(base_url, sandbox)
        elif sandbox:
            raise GateClosed("delivery is sandbox, but the folder is on Amazon S3. Set base_url.")
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = boto3.client(
            "s3",
            endpoint_url=base_url,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                connect_timeout=10,
                read_timeout=60,
                retries={"max_attempts": 3},
                # A proxy from the environment would carry a sandbox's request off this machine.
                proxies={} if base_url and is_loopback(urlsplit(base_url).hostname) else None,
            ),
        )

    def list(self) -> list[FileEntry]:
        """The files right under the prefix."""
        found: list[FileEntry] = []
        with self._faults():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            for page in pages:
                for item in page.get("Contents", []):
                    name = item["Key"].removeprefix(self._prefix)
                    if name:
                        found.append(FileEntry(name, item["Size"], item["LastModified"]))
        return in_order(found)

    def open(self, name: str) -> BinaryIO:
        """The whole file, in memory."""
        if not is_plain(name):
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        with self._faults():
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            return in_memory(answer["Body"], name)  # type: ignore[arg-type]  # only read() is asked

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _REFUSED:
                raise Unauthorized(
                    _VENDOR, "this key may not use the bucket so.", code=code
                ) from None
            if code in _ABSENT:
                raise Rejected(_VENDOR, "no such bucket or file.", code="not_found") from None
            raise Unavailable(_VENDOR, "the bucket cannot be used now.", code=code) from None
        except NoCredentialsError:
            raise Unauthorized(_VENDOR, "no key: give user and password, or a role.") from None
        except BotoCoreError as error:
            raise Unavailable(_VENDOR, "no answer.", code=type(error).__name__) from None
