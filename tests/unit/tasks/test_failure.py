"""A traceback lies under the clinic's key, or it does not lie there at all."""

import pickle
import resource
import traceback

import pytest
from prefect.exceptions import TerminationSignal

from data_contracts.errors import UserError
from tasks.failure import failures, read_failure
from tasks.guard import SafeError, guarded_flow, guarded_task
from tests.cast import clinic_file

MARKER = "Zyxwvut Ana +13035550177"


@guarded_task(name="leaky")
def leaky(slug: str, error: type[Exception] = ValueError) -> None:
    """Fails with a patient's name."""
    raise error(MARKER)


def fail(slug="northside", **more):
    with pytest.raises(SafeError) as failed:
        leaky.fn(slug, **more)
    return failed.value


@pytest.fixture
def here(enter, tmp_path, monkeypatch):
    """Northside with its file, its key and its ledger."""
    import yaml

    folder = tmp_path / "clinics"
    folder.mkdir()
    (folder / "northside.yaml").write_text(yaml.safe_dump(clinic_file()))
    monkeypatch.setenv("PTCLINIC_CLINICS", str(folder))
    return enter()


class Panic(BaseException):
    """What compiled code raises: not an `Exception`, so that nobody catches it by accident."""


def kept(here):
    return {path.name: path.read_bytes() for path in (here.settings.home / "errors").iterdir()}


def test_a_traceback_is_sealed_and_read_by_its_reference_alone(here):
    error = fail()
    files = kept(here)
    assert list(files) == [f"{error.ref}.northside.sealed"]
    assert not any(MARKER.encode() in content for content in files.values())
    assert MARKER in read_failure(here, error.ref)
    assert [one.ref for one in failures(here)] == [error.ref]


def test_what_is_told_at_the_terminal_is_not_in_the_file_that_prefect_keeps_of_a_failed_run(here):
    error = fail(error=UserError)
    assert MARKER in error.advice
    stored = pickle.dumps(error)
    assert MARKER.encode() not in stored
    read = pickle.loads(stored)  # noqa: S301 - our own bytes
    assert (str(read), read.ref, read.exit_code) == (str(error), error.ref, error.exit_code)
    assert read.advice == ""
    assert read.is_a(UserError)


@pytest.mark.parametrize("kind", [Panic, SystemExit])
def test_an_error_that_no_handler_of_exceptions_takes_is_sealed_too(here, kind):
    error = fail(error=kind)
    assert str(error).startswith(f"{kind.__name__} at tests.unit.tasks.test_failure:")
    assert MARKER in read_failure(here, error.ref)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, TerminationSignal, SystemExit])
def test_a_signal_ends_the_run_as_it_would_and_carries_nothing(here, kind):
    signal = kind(15)

    @guarded_task(name="stopped")
    def stopped(slug: str) -> None:
        """Is stopped while it handles a patient's error."""
        try:
            raise ValueError(MARKER)
        finally:
            raise signal

    with pytest.raises(kind) as stop:
        stopped.fn("northside")
    assert stop.value is signal
    assert MARKER not in "".join(traceback.format_exception(stop.value))
    assert not (here.settings.home / "errors").exists()


def test_only_its_owner_may_touch_it(here):
    fail()
    folder = here.settings.home / "errors"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("broken", ["no master key", "another master key", "no file", "bad file"])
def test_where_no_key_opens_class_and_place_are_kept_and_nothing_else(here, broken):
    master = here.settings.home / "northside/master.key"
    file = here.settings.clinics / "northside.yaml"
    if broken == "no master key":
        master.unlink()
    elif broken == "another master key":
        master.write_text("0a" * 32)
    elif broken == "no file":
        file.unlink()
    else:
        file.write_text(MARKER)
    error = fail()
    assert kept(here) == {f"{error.ref}.txt": f"{error}\n".encode()}


@pytest.mark.parametrize("slug", ["riverbend", "../northside", "northside/../northside", ""])
def test_an_error_makes_no_key_store_of_its_own(here, slug):
    error = fail(slug)
    assert kept(here) == {f"{error.ref}.txt": f"{error}\n".encode()}
    assert sorted(path.name for path in here.settings.home.iterdir()) == ["errors", "northside"]


@pytest.mark.parametrize("ref", ["", "../../x", "0a1b2c3", "0a1b2c3d"])
def test_a_reference_that_is_none_is_refused(here, ref):
    with pytest.raises(UserError, match="no error"):
        read_failure(here, ref)


def test_a_changed_or_moved_error_is_refused_without_a_word_of_it(here):
    one, other = fail(), fail()
    folder = here.settings.home / "errors"
    sealed = (folder / f"{one.ref}.northside.sealed").read_bytes()
    (folder / f"{other.ref}.northside.sealed").write_bytes(sealed)
    with pytest.raises(UserError, match="cannot be read") as refused:
        read_failure(here, other.ref)
    assert MARKER not in str(refused.value)


def test_wrong_arguments_fail_behind_the_guard_too(here):
    with pytest.raises(SafeError):
        leaky.fn("northside", MARKER=MARKER)


def test_who_runs_a_flow_leaves_no_core_dump(monkeypatch):
    # Recorded, as a limit that is zero already could not show that anybody lowers it.
    limits = []
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: limits.append(limit))
    assert guarded_flow(name="short")(lambda: 1).fn() == 1
    assert limits == [(resource.RLIMIT_CORE, (0, 0))]
