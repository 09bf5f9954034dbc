"""The short form of the benchmarks runs, and compares something with something."""

import pytest

from bench.compare import Size, codec, dispatch, inquiries, load, rebuilding
from bench.row import Row

QUICK = Size(quick=True)

pytestmark = pytest.mark.slow


def test_loading_is_measured_beside_dlt_and_bare_duckdb() -> None:
    pytest.importorskip("dlt", reason="dlt is installed for benchmarks only")
    assert all(row.measured > 0 for row in load(QUICK))


def test_the_codec_is_measured_beside_pyx12() -> None:
    pytest.importorskip("pyx12", reason="pyx12 is installed for benchmarks only")
    assert all(row.measured > 0 for row in codec(QUICK))


def test_sending_is_measured_beside_the_bare_sdk() -> None:
    assert all(row.measured > 0 for row in dispatch(QUICK))


def test_asking_is_measured_beside_what_a_payer_allows() -> None:
    share, grown, _ = inquiries(QUICK)
    assert 0 < share.measured <= 100
    assert grown.limit is not None


def test_the_fleets_benchmark_is_made_beside_bare_duckdb() -> None:
    ratio, peak = rebuilding(clinics=1, visits=400)
    assert ratio.measured > 0
    assert peak.measured < 2_048


@pytest.mark.parametrize(
    ("row", "is_met"),
    [
        (Row("x", "a rate", 2.0, 2.0, "at least"), True),
        (Row("x", "a rate", 1.9, 2.0, "at least"), False),
        (Row("x", "a time", 3.1, 3.0, "at most"), False),
        (Row("x", "a share", 7.0), None),
    ],
    ids=["enough", "too slow", "too long", "recorded"],
)
def test_a_claim_is_judged_on_its_own_side(row: Row, is_met: bool | None) -> None:
    assert row.met is is_met
