"""Whatever bytes come in whatever wrapping: an answer or one error of ours, and nothing else."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.clearinghouse.core_envelope import payload_of
from connectors.clearinghouse.json_rejection import of_eligible, of_version_3
from connectors.clearinghouse.multipart import parts_of
from connectors.clearinghouse.payload import look
from connectors.clearinghouse.soap import fields_in
from connectors.errors import ConnectorError
from tests.unit.connectors.clearinghouse.answers import (
    ACKNOWLEDGED,
    PAYLOAD_ID,
    RETURNED,
    WRAPPER,
    X12,
    related,
    soap,
)

INCLUDE = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:p@x"/>'
MTOM = 'multipart/related; boundary="b0undary"; type="application/xop+xml"; start="<r@x>"'
KINDS = [MTOM, "application/soap+xml", "multipart/form-data; boundary=b0undary", "", "multipart/x"]
WHOLE = [
    X12,
    ACKNOWLEDGED % (b"R", b"R"),
    RETURNED % (b"R", b"006"),
    soap(f"<![CDATA[{X12.decode()}]]>"),
    related({"r@x": soap(INCLUDE), "p@x": X12}),
]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A whole answer with pieces cut out, put in, or said twice."""
    body = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 60)))
        piece = draw(st.one_of(st.binary(max_size=12), st.just(body[start:end] * 2)))
        body = body[:start] + piece + body[end:]
    return body


@given(body=st.one_of(spoiled(), st.binary(max_size=300)), kind=st.sampled_from(KINDS))
def test_a_wrapping_is_opened_or_refused(body: bytes, kind: str) -> None:
    with suppress(ConnectorError):
        said = fields_in("acme", kind, body, WRAPPER)
        if said is not None:
            payload_of("acme", {"PayloadID": PAYLOAD_ID}, said)
    with suppress(ValueError):
        for part in parts_of(kind or "multipart/mixed; boundary=b0undary", body):
            assert isinstance(part.content, bytes)


@given(body=st.one_of(spoiled(), st.binary(max_size=300)))
def test_a_payload_is_an_answer_or_one_error(body: bytes) -> None:
    with suppress(ConnectorError):
        assert look("acme", body).is_down in (True, False)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("75")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["errors", "error", "subscriber", "dependents", "aaaErrors", "code", "location"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(said=VALUES)
def test_any_json_is_read_for_refusals_without_a_fall(said: Any) -> None:
    document = said if isinstance(said, dict) else {"errors": said}
    again = json.loads(json.dumps(document))
    assert all(one.code.isalnum() for one in (*of_version_3(again), *of_eligible(again)))
