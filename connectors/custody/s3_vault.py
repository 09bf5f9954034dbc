"""Encrypted backups under a prefix of an S3 bucket."""

import shutil
from pathlib import Path

from connectors.errors import Rejected
from connectors.files.s3_folder import S3Folder
from connectors.files.store import is_plain


class S3Vault(S3Folder):
    """A folder in a bucket that takes files, too; what it takes is ciphertext already."""

    def put(self, path: Path) -> None:
        """Store a file under its own name. Raises ConnectorError."""
        with self._faults(), path.open("rb") as body:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + path.name,
                Body=body,
                ServerSideEncryption="AES256",
            )

    def drop(self, name: str) -> None:
        """Delete a file; one that is not there is no error. Raises ConnectorError."""
        if not is_plain(name):
            raise Rejected("s3", "a file name leads out of the folder", code="bad_name")
        with self._faults():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def fetch(self, name: str, to: Path) -> None:
        """Bring a file to this machine. Raises ConnectorError."""
        if not is_plain(name):
            raise Rejected("s3", "a file name leads out of the folder", code="bad_name")
        with self._faults(), to.open("wb") as file:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            shutil.copyfileobj(answer["Body"], file, 1 << 20)
