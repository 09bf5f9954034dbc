"""Real files are read, or named as unreadable with the reason; `X12_SAMPLES=FOLDER` says where."""

from collections import Counter
from collections.abc import Callable

import pytest

from connectors.x12.acknowledgement import read_group_verdicts
from connectors.x12.benefit_271 import read_answers
from connectors.x12.claim_837 import read_claims
from connectors.x12.claim_status_277 import read_status_reports
from connectors.x12.envelope import Interchange, read
from connectors.x12.errors import X12Error
from connectors.x12.kind import kinds
from connectors.x12.remittance_835 import read_remittances
from tests.contract.x12.other_readers import by_ansi_x12, by_draftedi
from tests.contract.x12.samples import (
    UNREADABLE,
    content,
    expected_fault,
    is_named,
    listed,
    names,
)

pytestmark = is_named
READERS: dict[str, Callable[[bytes], tuple[object, ...]]] = {
    "271": read_answers,
    "277": read_status_reports,
    "835": read_remittances,
    "837": read_claims,
    "999": read_group_verdicts,
}
OTHERWISE = {
    "x12_bad_first_line.txt": "draftedi believes in an ISA of 106 characters; this one has 105",
    "837-example.txt": "draftedi believes in an ISA of 106 characters; this one has 85",
    "835-example.txt": "draftedi takes the line's end before the terminator for the terminator",
    "835-example-2.txt": "draftedi takes the line's end before the terminator for the terminator",
    "TEST 278_28 TXNS_SOA.txt": "one IEA has no terminator, which swallows the next ISA elsewhere",
    "dependent-commercial-insurance-02.837": "ansi-x12 gives bytes, and this is UTF-8",
}
"""Where another reader sees something else, and why ours is right."""


def readable(name: str) -> tuple[Interchange, ...]:
    """Its interchanges; a file that is none is skipped by its reason, if it is not one of ours."""
    try:
        return read(content(name))
    except X12Error as error:
        fault = str(error)
    pytest.skip(f"{name}: unreadable: {fault}")


@pytest.mark.parametrize("name", names())
def test_a_file_is_read_or_named_with_the_reason(name: str) -> None:
    is_known = name in listed() or name in {"MANIFEST.tsv", "golden.json"}
    if is_known and (fault := expected_fault(name)):
        with pytest.raises(X12Error) as caught:
            read(content(name))
        assert caught.value.code == fault
        return
    interchanges = readable(name)
    found = Counter(kind.transaction for kind in kinds(interchanges))
    if is_known:
        told = " ".join(f"{kind}x{count}" for kind, count in sorted(found.items()))
        assert told == listed()[name]["transaction"]
    for kind, reader in READERS.items():
        if found[kind]:
            assert len(reader(content(name))) >= found[kind]


@pytest.mark.parametrize("name", [name for name in names() if not expected_fault(name)])
def test_a_file_is_read_as_other_readers_read_it(name: str) -> None:
    ours = [
        [segment.elements for segment in one.segments[1:-1]]
        for interchange in readable(name)
        for group in interchange.groups
        for one in group.transactions
    ]
    for reader in (by_draftedi, by_ansi_x12):
        try:
            theirs = reader(content(name))
        except Exception:  # noqa: S112 - they may stumble however they like
            continue
        assert theirs == ours or name.rsplit("/", 1)[-1] in OTHERWISE


def test_the_table_of_unreadable_files_names_files_that_are_there() -> None:
    assert not listed() or UNREADABLE.keys() <= listed().keys()


def test_most_of_the_collection_is_read() -> None:
    if not listed():
        pytest.skip("the folder has no list of its own")
    assert sum(not expected_fault(name) for name in listed().keys() & {*names()}) > 90
