"""The server that takes claims breaks at every step: no half is taken, and no file goes twice.

A real SFTP server, with the pretend clearinghouse behind its folder; both are asked what they saw.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest

from connectors.errors import Unauthorized, Unavailable
from tests.office import DAY, MINUTE, Office, office_on
from tests.sftp_site import PASSWORD, Mischief

pytestmark = pytest.mark.slow
_NAMES = count()


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, office_on(tmp_path_factory.mktemp("o")) as made:
        patch.setenv("SFTP_PASSWORD", PASSWORD)
        yield made


@pytest.fixture
def office(shared_office: Office) -> Office:
    """Northside, with one more claim that is to leave, and nothing else that waits."""
    shared_office.site.mischief = Mischief()
    shared_office.charge(1, f"ana{next(_NAMES)}x")
    return shared_office


def lying(office: Office) -> list[str]:
    """What lies where the clearinghouse looks."""
    return sorted(path.suffix for path in (office.site.folder / "in").iterdir())


def settled(office: Office) -> None:
    """Every file arrived, once, and is known to have."""
    office.recover()
    files = office.desk.files()
    assert {row.status for row in files} == {"acknowledged"}
    assert Counter(office.site.renamed) == Counter(row.name for row in files)
    assert len(office.told()) == len(files)
    assert lying(office) == []


@pytest.mark.parametrize("wrong", [{"hangs_up_after": 100}, {"room": 100}])
def test_half_a_file_is_never_taken_and_the_next_run_sends_it_whole(office, wrong):
    """The line is cut in mid-file; the disk is full."""
    vars(office.site.mischief).update(wrong)
    assert office.submit()["waiting"] == 1
    (half,) = (office.site.folder / "in").iterdir()
    assert (half.suffix, half.stat().st_size) == (".part", 100)
    office.sweep()
    assert lying(office) == [".part"]
    vars(office.site.mischief).update(dict.fromkeys(wrong))
    settled(office)


def test_a_server_that_names_the_file_and_hangs_up_is_looked_up(office):
    office.site.mischief.hangs_up_on_rename = True
    assert office.submit()["in_doubt"] == 1
    office.site.mischief.hangs_up_on_rename = False
    assert office.submit()["sent"] == 1, "its name is there, so it left"
    settled(office)


def test_a_file_that_was_taken_before_anybody_could_look_is_settled_by_its_answer(office):
    office.site.mischief.hangs_up_on_rename = True
    office.submit()
    office.site.mischief.hangs_up_on_rename = False
    office.sweep()
    assert office.submit()["in_doubt"] == 1
    settled(office)


def test_while_the_server_is_away_claims_wait_and_after_a_day_a_person_hears(office):
    office.site.stop()
    assert office.submit()["waiting"] == 1
    with pytest.raises(Unavailable):
        office.remit()
    office.pass_time(DAY + MINUTE)
    assert office.tasks() == {}
    assert office.submit()["waiting"] == 1
    assert office.tasks() == {("look_up_claim_file", "claim_file_waiting"): 1}
    office.site.start()
    office.read_file()
    assert office.submit()["sent"] == 1
    settled(office)


def test_a_server_with_another_key_gets_neither_password_nor_claim(office):
    office.site.stop()
    office.site.start()
    shown = len(office.site.logins)
    for act in (office.submit, office.remit):
        with pytest.raises(Unauthorized, match=r"another host key\. Ask the vendor") as refused:
            act()
        assert refused.value.code == "host_key"
    assert (lying(office), len(office.site.logins)) == ([], shown)
    office.read_file()
    settled(office)
