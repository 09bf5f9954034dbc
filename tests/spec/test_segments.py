"""How long a text is to a carrier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.segments import size_of, to_gsm7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("€" * 80, ("GSM-7", 160, 1)),
        ("€" * 81, ("GSM-7", 162, 2)),
        ("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3)),
        ("ñéü¿¡", ("GSM-7", 5, 1)),
        ("á" * 70, ("UCS-2", 70, 1)),
        ("á" * 71, ("UCS-2", 71, 2)),
        ("á" * 134, ("UCS-2", 134, 2)),
        ("\N{SLIGHTLY SMILING FACE}" * 35, ("UCS-2", 70, 1)),
        ("\N{SLIGHTLY SMILING FACE}" * 36, ("UCS-2", 72, 2)),
        ("á" * 66 + "\N{SLIGHTLY SMILING FACE}" + "á" * 66, ("UCS-2", 134, 3)),
    ],
)
def test_units_and_segments(text, expected):
    assert size_of(text) == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Tuesday” – it’s at 3…", '"Tuesday" - it\'s at 3...'),
        ("más, mié, aquí, niño, ¿tú?", "mas, mié, aqui, niño, ¿tu?"),
        ("ÁÍÓÚ É Ñ", "AIOU É Ñ"),
        ("cafe\u0301", "café"),
        ("3:15\u202fPM", "3:15 PM"),
    ],
)
def test_typographic_letters_are_written_plainly(text, plain):
    assert to_gsm7(text) == plain
    assert size_of(plain).encoding == "GSM-7"


@given(st.text(max_size=400))
def test_writing_plainly_is_done_once_and_never_drops_a_text(text):
    plain = to_gsm7(text)
    assert to_gsm7(plain) == plain
    assert size_of(plain).segments >= 1


@given(st.text(max_size=700))
def test_segments_cover_the_units(text):
    encoding, units, segments = size_of(text)
    single, part = (160, 153) if encoding == "GSM-7" else (70, 67)
    assert segments == 1 if units <= single else units <= segments * part
    assert segments == 1 or (segments - 1) * (part - 1) < units
