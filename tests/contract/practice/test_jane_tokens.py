"""One token for all: renewed by one, kept before it is used, and lost only with a clear word."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.errors import RateLimited, Unauthorized, Unavailable
from connectors.practice.jane import Jane
from connectors.practice.jane_codes import VENDOR
from ledger import grants
from ledger.schema import audit, staff_tasks
from ledger.schema_grant import grants as table
from ledger.store import Ledger
from tests.contract.practice.jane_stage import BACK, Stage, agree, staged

TOKEN = "token$"  # the route of the login that a fault strikes


def kept(ledger: Ledger) -> grants.Kept:
    found = grants.kept_grant(ledger, VENDOR)
    assert found is not None
    return found


def refreshed(stage: Stage) -> int:
    return int(stage.see("jane")["refreshed"])


def end_tokens(stage: Stage, seconds: float = 301) -> None:
    """The login's clock goes on: access tokens of before are refused."""
    stage.act("jane/login", forward=seconds)


def test_both_tokens_are_kept_sealed(stage: Stage, ledger: Ledger, jane: Jane) -> None:
    grant = kept(ledger).grant
    with ledger.read() as con:
        row = con.execute(select(table)).one()
    for token in (grant.access, grant.refresh):
        assert token.encode() not in row.sealed
        assert token not in repr(row)
        assert token not in repr(kept(ledger))
    assert "practice system connected" in [one.what for one in audited(ledger)]


def audited(ledger: Ledger) -> list[Any]:
    with ledger.read() as con:
        return list(con.execute(select(audit)))


def test_a_refused_token_is_renewed_and_the_request_goes_on(
    stage: Stage, ledger: Ledger, jane: Jane
) -> None:
    before = kept(ledger)
    end_tokens(stage)
    assert jane.company() == "Northside Physical Therapy"
    after = kept(ledger)
    assert (after.generation, after.is_in_doubt) == (before.generation + 1, False)
    assert after.grant.refresh != before.grant.refresh


def test_forty_threads_at_once_cost_one_refresh(stage: Stage, ledger: Ledger, jane: Jane) -> None:
    end_tokens(stage)
    before, start = refreshed(stage), threading.Barrier(40)

    def ask(_: int) -> str:
        start.wait(timeout=20)
        return jane.company()

    with ThreadPoolExecutor(40) as pool:
        names = list(pool.map(ask, range(40)))
    assert set(names) == {"Northside Physical Therapy"}
    assert refreshed(stage) == before + 1


@pytest.mark.slow
def test_processes_and_threads_share_each_refresh(ledger: Ledger) -> None:
    """Tokens of 21 s are good for one, by our margin: three processes renew several times."""
    with staged("--jane-access-seconds", "21") as stage:
        stage.connect(ledger)
        home, addresses = str(ledger.home.parent), json.dumps(stage.addresses)
        command = [sys.executable, "-m", "tests.contract.practice.jane_crowd", home, addresses, "3"]
        pipe = subprocess.PIPE
        crowd = [subprocess.Popen(command, stdout=pipe, text=True) for _ in range(3)]
        said = [one.communicate(timeout=150)[0] for one in crowd]
        seen = sum((Counter(json.loads(one)) for one in said), Counter[str]())
        state = stage.see("jane")
    wrong = {name: n for name, n in seen.items() if not name.startswith(("generation", "answer 2"))}
    assert wrong == {}
    assert seen["answer 200"] > 50
    assert (state["reused"], 2 <= state["refreshed"] <= 15) == (0, True), state
    assert kept(ledger).generation == 1 + state["refreshed"]


def test_the_new_pair_is_kept_before_the_new_token_is_used(
    stage: Stage, ledger: Ledger, jane: Jane
) -> None:
    stage.strike(match="company$", kind="status", status=401)  # as if the token had ended
    stage.strike(match="company$", kind="hang", seconds=2)  # so that the new one has no answer
    before = kept(ledger).generation
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(jane.company)
        until = time.monotonic() + 10
        while kept(ledger).generation == before and time.monotonic() < until:
            time.sleep(0.02)
        assert not asking.done()
        assert kept(ledger).generation == before + 1
        assert asking.result(timeout=30)


def test_a_refresh_whose_answer_is_lost_ends_in_a_clear_word(
    stage: Stage, ledger: Ledger, jane: Jane
) -> None:
    end_tokens(stage)
    stage.strike(match=TOKEN, kind="drop_after_accept")
    with pytest.raises(Unauthorized) as got:
        jane.company()
    assert got.value.code == "refresh_lost"
    assert str(got.value).startswith(
        "jane: answered a refresh, and the answer was lost. Ask the clinic to connect again: "
        "ptclinic connect jane northside"
    )
    with ledger.read() as con:
        (task,) = con.execute(select(staff_tasks.c.kind, staff_tasks.c.reason)).all()
    assert tuple(task) == ("mend_account", "practice_disconnected")
    last = audited(ledger)[-1]
    assert (last.what, last.why) == ("practice system refused us", "answer to a refresh lost")


def test_once_it_is_lost_the_login_is_left_alone_until_the_clinic_connects_again(
    stage: Stage, ledger: Ledger, jane: Jane
) -> None:
    end_tokens(stage)
    stage.strike(match=TOKEN, kind="drop_after_accept")
    for _ in range(2):
        with pytest.raises(Unauthorized, match="connect jane northside"):
            jane.company()
    assert stage.see("jane")["reused"] >= 1
    asked = stage.see("stats")["requests"]["jane"]
    with pytest.raises(Unauthorized):
        jane.company()
    assert stage.see("stats")["requests"]["jane"] == asked
    stage.connect(ledger)
    assert jane.company()


LOST = [
    # what happens to the refresh             what the caller gets   and afterwards it works
    ({"kind": "drop_before", "times": 1}, None),
    ({"kind": "refuse_500", "times": 1}, None),
    ({"kind": "refuse_500", "times": 2}, Unavailable),
    ({"kind": "drop_before", "times": 2}, Unavailable),
    ({"kind": "hang", "seconds": 8.0, "times": 2}, Unavailable),
    ({"kind": "storm_429", "times": 1}, RateLimited),
    ({"kind": "html", "times": 2}, Unavailable),
    ({"kind": "slow", "seconds": 1.0, "times": 1}, None),
]


@pytest.mark.parametrize(("fault", "error"), LOST)
def test_a_refresh_that_did_not_happen_is_tried_again(
    stage: Stage, ledger: Ledger, fault: dict[str, Any], error: type[Exception] | None
) -> None:
    stage.connect(ledger)
    keeper = stage.keeper(ledger, timeout=2.0)
    generation = kept(ledger).generation
    stage.strike(match=TOKEN, **fault)
    if error is None:
        assert keeper.access(refused=generation)[1] == generation + 1
        return
    with pytest.raises(error):
        keeper.access(refused=generation)
    stage.heal()
    assert not kept(ledger).is_over
    assert keeper.access(refused=generation)[1] == generation + 1


def test_a_login_that_does_not_know_us_ends_nothing(
    stage: Stage, ledger: Ledger, jane: Jane
) -> None:
    stranger = stage.keeper(ledger, secret="wrong")
    with pytest.raises(Unauthorized) as got:
        stranger.access(refused=kept(ledger).generation)
    assert got.value.code == "unauthorized_client"
    assert not kept(ledger).is_over
    assert jane.company()


@pytest.mark.parametrize("how", ["taken back", "outlived"])
def test_a_consent_that_is_over_is_said_to_be(
    stage: Stage, ledger: Ledger, jane: Jane, how: str
) -> None:
    if how == "taken back":
        stage.act("jane/login", end=True, forward=301)
    else:
        end_tokens(stage, 1801)
    with pytest.raises(Unauthorized) as got:
        jane.company()
    assert got.value.code == "refresh_refused"
    assert "ptclinic connect jane northside" in str(got.value)


def test_a_clinic_that_never_connected_is_told_the_command(stage: Stage, ledger: Ledger) -> None:
    with pytest.raises(Unauthorized, match="ptclinic connect jane northside") as got:
        stage.system(ledger).fetch(None, stage.now)
    assert got.value.code == "not_connected"


def test_a_night_of_renewals_keeps_the_connection(stage: Stage, ledger: Ledger, jane: Jane) -> None:
    keeper = stage.keeper(ledger)
    for _ in range(12):
        end_tokens(stage, 600)
        keeper.renew()
    assert jane.company()


def test_the_turn_of_a_process_that_died_passes_on(
    stage: Stage, ledger: Ledger, jane: Jane
) -> None:
    wall = datetime.now(UTC)
    dead = grants.take_turn(ledger, VENDOR, kept(ledger).generation, wall, wall)
    assert dead is not None
    end_tokens(stage)
    assert jane.company()


def test_two_turns_are_never_out_at_once(ledger: Ledger, jane: Jane) -> None:
    wall = datetime.now(UTC)
    generation = kept(ledger).generation
    ends = wall + timedelta(seconds=90)
    first = grants.take_turn(ledger, VENDOR, generation, wall, ends)
    assert first is not None
    assert grants.take_turn(ledger, VENDOR, generation, wall, ends) is None
    grants.give_turn_back(ledger, VENDOR, first, is_in_doubt=False)
    assert grants.take_turn(ledger, VENDOR, generation, wall, ends) is not None


def test_a_pair_that_comes_after_its_turn_ran_out_is_kept_unless_a_newer_is_there(
    ledger: Ledger, jane: Jane
) -> None:
    wall = datetime.now(UTC)
    old = kept(ledger)
    slow = grants.take_turn(ledger, VENDOR, old.generation, wall, wall)
    quick = grants.take_turn(ledger, VENDOR, old.generation, wall, wall)
    assert slow is not None
    assert quick is not None
    assert grants.finish_turn(ledger, VENDOR, slow, old.grant)
    assert not grants.finish_turn(ledger, VENDOR, quick, old.grant)
    assert not grants.end_grant(ledger, VENDOR, slow, wall)
    assert kept(ledger).generation == old.generation + 1


def test_the_address_asks_for_what_reading_needs_and_for_nothing_that_writes(
    stage: Stage,
) -> None:
    attempt = stage.login().begin(BACK)
    assert "code_challenge_method=S256" in attempt.address
    assert "prompt=consent" in attempt.address
    assert attempt.verifier not in attempt.address
    assert attempt.verifier not in repr(attempt)
    for scope in ("appointments%3Acreate", "patients%3Acreate", "care_plans", "observations"):
        assert scope not in attempt.address
    assert agree(attempt)["state"] == attempt.state
