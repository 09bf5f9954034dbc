"""What a CAQH CORE envelope (vC2.2.0) says went wrong, as tables."""

import re

from connectors.errors import ConnectorError, ContractBroken, Rejected, Unauthorized, Unavailable

SUCCESS = "Success"

_Means = tuple[type[ConnectorError], str]
_SAME_AGAIN = "Do not send it again unchanged."
_SETTINGS = "Correct the clearinghouse's part of the clinic file."

ERRORS: dict[str, _Means] = {
    "UnAuthorized": (Unauthorized, "refuses our user or password. Correct them."),
    "VersionMismatch": (ContractBroken, "speaks another CORE version. Set core_version."),
    "ChecksumMismatched": (Unavailable, "did not get all of the question. Trying again is safe."),
    "Sender": (Rejected, f"cannot read the question. {_SAME_AGAIN}"),
    "Receiver": (Unavailable, "cannot answer now. Trying again is safe."),
}
"""By ErrorCode, where it names no field."""

FIELDS: dict[str, _Means] = {
    "UserName": (Unauthorized, "refuses our user. Correct it."),
    "Password": (Unauthorized, "refuses our password. Correct it."),
    "SenderID": (Unauthorized, f"does not know us by this sender. {_SETTINGS}"),
    "ReceiverID": (ContractBroken, f"is not this receiver. {_SETTINGS}"),
    "CORERuleVersion": (ContractBroken, "speaks another CORE version. Set core_version."),
    "Payload": (Rejected, f"refuses the question. {_SAME_AGAIN}"),
    "PayloadID": (ContractBroken, "refuses our envelope. A person has to look."),
    "PayloadType": (ContractBroken, "refuses our envelope. A person has to look."),
    "PayloadLength": (ContractBroken, "refuses our envelope. A person has to look."),
    "ProcessingMode": (ContractBroken, "refuses our envelope. A person has to look."),
    "TimeStamp": (ContractBroken, "refuses our time. Compare this machine's clock."),
}
"""By the field that an ErrorCode names: SenderIDIllegal, PayloadTypeRequired, ..."""

_OF_A_FIELD = re.compile(r"([A-Za-z]+?)(Illegal|Required|NotUnderstood)")
_CODE = re.compile(r"[A-Za-z0-9_]{1,40}")


def error_of(vendor: str, code: str) -> ConnectorError:
    """The error that an ErrorCode stands for; one that nobody documents breaks the contract."""
    found = _OF_A_FIELD.fullmatch(code)
    means = FIELDS.get(found.group(1)) if found else ERRORS.get(code)
    kind, words = means or (ContractBroken, "answers with a code that is not documented.")
    return kind(vendor, words, code=code if _CODE.fullmatch(code) else "unreadable")
