"""Who files claims and reads what came of them is killed at every step: each is done once.

Judges are the others: the SFTP server's list of names that were given, the pretend clearinghouse's
list of claims, and the remittances that it wrote.
"""

import signal
from collections import Counter

import pytest

from tests.faults.insured import Orders, Point, run
from tests.faults.stage import PROCESSES
from tests.office import DAY, MINUTE, Office, office_on
from tests.sftp_site import PASSWORD

_LEDGER, _FILING, _ANSWERS = "ledger.claim_files", "tasks.claim_filing", "tasks.claim_answers"
_SFTP, _SSH = "connectors.files.sftp_folder", "paramiko.sftp_client"
SUBMIT = (
    Point("ledger.claims", "keep_charges"),
    Point("tasks.charging", "keep_reports"),
    Point("tasks.claim_examining", "examine"),
    Point(_LEDGER, "plan"),
    Point(_FILING, "write_file"),
    Point("paramiko.sftp_file", "_write", "call"),
    Point(_SFTP, "put_aside"),
    Point(_LEDGER, "take"),
    Point(_SFTP, "publish", "call"),
    Point(_SSH, "_read_response", "call", within="rename"),
    Point(_SFTP, "publish"),
    Point(_LEDGER, "settle"),
    Point(_FILING, "_settle"),
)
"""Before and after the commits of charges, of what is ready, of a file, of taking it; half of it
aside; before it has its name, after that left, after the answer; around the last commit."""
REMIT = (
    Point("ledger.remittances", "is_known"),
    Point("ledger.remittances", "keep_answer"),
    Point("ledger.remittances", "keep_payments"),
    Point("tasks.payment_errands", "tell_denied", "call"),
    Point(_ANSWERS, "_take"),
)
"""Before a file is kept, in the transaction that keeps it, and after it."""
_SHORT = (SUBMIT[9], SUBMIT[10], REMIT[2])


class Killed:
    """An office whose workers die; how many did, and where."""

    def __init__(self, here: Office) -> None:
        self.here, self.kills = here, Counter[str]()

    def crash(self, steps: str, point: Point) -> None:
        """A worker dies there; it may have had less to do."""
        here = self.here
        environment = {"SFTP_PASSWORD": PASSWORD}
        orders = Orders(environment, here.home, here.url, here.file, here.now, steps, point)
        process = PROCESSES.Process(target=run, args=(orders,))
        process.start()
        process.join(200)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        self.kills[point.name] += process.exitcode != 0


@pytest.mark.slow
@pytest.mark.timeout(1400)
def test_a_killed_biller_files_once_and_posts_once_and_loses_nothing(
    tmp_path, engine, secrets_of_northside, sftp_password, is_long, tell
):
    points = (*SUBMIT, *REMIT) if is_long else _SHORT
    with office_on(tmp_path, engine()) as here:
        dying = Killed(here)
        for place, point in enumerate(one for one in points if one in SUBMIT):
            for turn in range(3 if is_long else 1):
                here.charge(2, f"n{place}x{turn}")
                dying.crash("submit", point)
                # Half of the time it takes what lies there before anybody looks for it.
                if (place + turn) % 2:
                    here.sweep()
                here.pass_time(6 * MINUTE)
            if is_long:
                here.recover()
                here.pass_time(DAY)
        here.recover()
        here.pay()
        for point in (one for one in points if one in REMIT):
            for _ in range(3 if is_long else 1):
                dying.crash("remit", point)
        here.recover()
        twice, lost = here.twice(), here.lost()
        told = f"{dying.kills.total()} kills at {len(dying.kills)} points"
        tell(f"billers: {len(here.site.renamed)} files, {here.posted().total()} payments")
        tell(f"billers: twice {twice}; lost {lost}; {dict(here.tasks())}; unread {here.unread()}")
        tell(f"billers: {dict(dying.kills)}")
    tell(f"{told}: {sum(twice.values())} duplicates, {sum(lost.values())} losses")
    assert not any(twice.values())
    assert not any(lost.values())
    assert here.unread() == 0
    assert all(dying.kills.values())
    assert len(dying.kills) == len(points)
