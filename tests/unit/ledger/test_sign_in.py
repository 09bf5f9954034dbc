"""Users, tries and sessions on both engines: counted under a race, and gone when they must be."""

import threading
from datetime import timedelta

from data_contracts.deed import Role
from ledger import sessions, users
from rules.sign_in import FREE_TRIES, wait_after
from tests.cast import NOW


def add(store, name="maria"):
    with store.write() as con:
        return users.add_user(con, name, Role.FRONT_DESK, "a hash", NOW)


def test_a_name_is_one_persons_for_good(store):
    own = add(store)
    assert own is not None
    with store.write() as con:
        users.disable(con, own, NOW)
    assert add(store) is None


def test_tries_that_race_are_each_counted(store):
    let_through = []

    def guess():
        with store.write() as con:
            failed, last = users.tries_of(con, "index", NOW)
            if last is None or last + wait_after(failed) <= NOW:
                users.count_try(con, "index", NOW)
                let_through.append(failed)

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let_through) == list(range(FREE_TRIES))


def test_a_session_is_found_by_its_token_until_it_ends_or_its_user_may_no_longer(store):
    own = add(store)
    with store.write() as con:
        tokens = [sessions.open_session(store, con, own, NOW) for _ in range(3)]
        hashes = [sessions.token_hash(store, token) for token in tokens]
        assert sessions.session_of(con, tokens[0]) is None, "the token itself is kept nowhere"
        assert sessions.session_of(con, hashes[0]).name == "maria"
        assert sessions.end_session(con, hashes[0])
        assert not sessions.end_session(con, hashes[0])
        assert sessions.session_of(con, hashes[0]) is None
        assert sessions.session_of(con, hashes[1]) is not None
        users.set_password(con, own, "another", NOW, must_change=False)
        assert sessions.session_of(con, hashes[1]) is None
        again = sessions.token_hash(store, sessions.open_session(store, con, own, NOW))
        users.disable(con, own, NOW)
        assert sessions.session_of(con, again) is None


def test_what_is_lent_ends_and_goes_with_the_session(store):
    own = add(store)
    with store.write() as con:
        token = sessions.open_session(store, con, own, NOW)
        hashed = sessions.token_hash(store, token)
        sessions.grant(con, hashed, "names: read", NOW + timedelta(minutes=15))
        assert sessions.granted(con, hashed, NOW) == {"names: read"}
        assert sessions.granted(con, hashed, NOW + timedelta(minutes=15)) == set()
        sessions.end_session(con, hashed)
        assert sessions.granted(con, hashed, NOW) == set()


def test_sessions_that_are_long_over_are_cleared_away(store):
    own = add(store)
    with store.write() as con:
        old = sessions.token_hash(store, sessions.open_session(store, con, own, NOW))
        sessions.grant(con, old, "names: read", NOW)
        sessions.open_session(store, con, own, NOW + timedelta(days=2))
        assert sessions.session_of(con, old) is None


def test_a_cookie_of_another_clinic_makes_no_form_here(store):
    assert sessions.form_key(store, "x") != sessions.form_key(store, "y")
    assert sessions.form_key(store, "x") != sessions.token_hash(store, "x")
