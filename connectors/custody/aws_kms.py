"""A clinic's master key under a key of AWS KMS: encrypted once, decrypted at every start."""

from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from connectors.address import is_loopback, require_safe_address
from connectors.errors import ConnectorError, Rejected, Unauthorized, Unavailable

_VENDOR = "aws_kms"
_REFUSED = {
    "AccessDeniedException",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "ExpiredTokenException",
    "DisabledException",
    "KMSInvalidStateException",
}
_WRONG = {"NotFoundException", "InvalidCiphertextException", "IncorrectKeyException"}


class AwsKms:
    """Wraps 32 bytes, bound to one clinic: another clinic's blob does not open."""

    def __init__(
        self,
        key: str,
        clinic: str,
        *,
        region: str = "us-east-1",
        access_key: str | None = None,
        secret_key: str | None = None,
        base_url: str | None = None,
        sandbox: bool = False,
    ) -> None:
        address = base_url or f"https://kms.{region}.amazonaws.com"
        require_safe_address(address, sandbox)
        self._key, self._context = key, {"clinic": clinic}
        self._client = boto3.client(
            "kms",
            endpoint_url=base_url,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                connect_timeout=10,
                read_timeout=20,
                retries={"max_attempts": 3},
                # A proxy from the environment would carry a sandbox's request off this machine.
                proxies={} if is_loopback(urlsplit(address).hostname) else None,
            ),
        )

    def wrap(self, plain: bytes) -> bytes:
        """Encrypt. Raises ConnectorError."""
        try:
            said = self._client.encrypt(
                KeyId=self._key, Plaintext=plain, EncryptionContext=self._context
            )
        except (ClientError, BotoCoreError) as error:
            raise _meant(error) from None
        return bytes(said["CiphertextBlob"])

    def unwrap(self, blob: bytes) -> bytes:
        """Decrypt. Raises ConnectorError."""
        try:
            said = self._client.decrypt(
                KeyId=self._key, CiphertextBlob=blob, EncryptionContext=self._context
            )
        except (ClientError, BotoCoreError) as error:
            raise _meant(error) from None
        return bytes(said["Plaintext"])


def _meant(error: ClientError | BotoCoreError) -> ConnectorError:
    if isinstance(error, NoCredentialsError):
        return Unauthorized(_VENDOR, "no key: give access_key and secret_key, or a role.")
    if not isinstance(error, ClientError):
        return Unavailable(_VENDOR, "no answer.", code=type(error).__name__)
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in _REFUSED:
        return Unauthorized(_VENDOR, "this account may not use the key.", code=code)
    if code in _WRONG:
        return Rejected(_VENDOR, "no such key, or it did not wrap this.", code=code)
    return Unavailable(_VENDOR, "the key cannot be asked now.", code=code)
