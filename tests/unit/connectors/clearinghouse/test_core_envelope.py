"""What a CORE envelope says, field by field and code by code."""

import base64

import pytest

from connectors.clearinghouse.core_codes import ERRORS, FIELDS, error_of
from connectors.clearinghouse.core_envelope import Parties, fields_of, payload_of
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unauthorized, Unavailable
from tests.unit.connectors.clearinghouse.answers import PAYLOAD_ID, X12

PARTIES = Parties("user", "secret", "CLINIC", "HOUSE")
ASKED = {"PayloadID": PAYLOAD_ID}

CODES = [
    ("UnAuthorized", Unauthorized),
    ("UserNameRequired", Unauthorized),
    ("PasswordIllegal", Unauthorized),
    ("SenderIDIllegal", Unauthorized),
    ("ReceiverIDNotUnderstood", ContractBroken),
    ("VersionMismatch", ContractBroken),
    ("CORERuleVersionNotUnderstood", ContractBroken),
    ("PayloadTypeRequired", ContractBroken),
    ("PayloadIDRequired", ContractBroken),
    ("ProcessingModeIllegal", ContractBroken),
    ("TimeStampIllegal", ContractBroken),
    ("PayloadRequired", Rejected),
    ("PayloadNotUnderstood", Rejected),
    ("Sender", Rejected),
    ("Receiver", Unavailable),
    ("ChecksumMismatched", Unavailable),
    ("Whatever", ContractBroken),
    ("SomethingRequired", ContractBroken),
]


@pytest.mark.parametrize(("code", "means"), CODES)
def test_an_error_code_means_one_error(code: str, means: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as caught:
        payload_of("acme", ASKED, {"ErrorCode": code.encode(), "Payload": X12})
    assert type(caught.value) is means
    assert caught.value.code == code


def test_no_code_of_the_tables_is_untried() -> None:
    tried = {code for code, _ in CODES}
    assert set(ERRORS) <= tried
    assert all(
        any(code.startswith(field) for code in tried) for field in set(FIELDS) - {"PayloadLength"}
    )


def test_a_code_that_could_be_a_persons_name_is_not_repeated() -> None:
    assert error_of("acme", "Quagmire, Glen 1980").code == "unreadable"


def test_a_question_has_its_fields_in_order_and_an_id_of_its_own() -> None:
    first, second = fields_of(PARTIES, X12), fields_of(PARTIES, X12)
    order = (
        "PayloadType ProcessingMode PayloadID TimeStamp SenderID ReceiverID CORERuleVersion Payload"
    )
    assert list(first) == order.split()
    assert first["PayloadID"] != second["PayloadID"]
    assert first["Payload"].encode() == X12
    assert first["TimeStamp"].endswith("Z")


@pytest.mark.parametrize(
    "payload", [X12, b"\xef\xbb\xbf\r\n" + X12, base64.b64encode(X12), base64.encodebytes(X12)]
)
def test_a_payload_comes_out_as_x12(payload: bytes) -> None:
    said = {"ErrorCode": b" Success ", "PayloadID": PAYLOAD_ID.upper().encode(), "Payload": payload}
    assert payload_of("acme", ASKED, said).endswith(X12)


@pytest.mark.parametrize("payload", [b"", b"999", b"<html>", base64.b64encode(b"<html>")])
def test_what_is_no_x12_stays_as_it_is(payload: bytes) -> None:
    assert payload_of("acme", ASKED, {"ErrorCode": b"Success", "Payload": payload}) == payload


def test_an_answer_to_another_question_is_refused() -> None:
    other = {"ErrorCode": b"Success", "Payload": X12, "PayloadID": PAYLOAD_ID[::-1].encode()}
    with pytest.raises(ContractBroken, match="PayloadID"):
        payload_of("acme", ASKED, other)


def test_an_empty_envelope_is_no_answer() -> None:
    with pytest.raises(ContractBroken, match="no_payload"):
        payload_of("acme", ASKED, {})


def test_who_we_are_there_is_shown_to_nobody() -> None:
    assert "secret" not in repr(PARTIES)
    assert "user" not in repr(PARTIES)
