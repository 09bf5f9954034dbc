"""Every task and flow stands behind this guard: nothing of a patient leaves through an exception.

Prefect stores an exception's text in states, logs and events. So what leaves here is a coded
error: class, place and a reference; the traceback lies in a file under the clinic's key.
"""

import asyncio
import functools
import inspect
import resource
import secrets
import traceback
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from prefect import Flow, Task, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State, TaskRun
from prefect.exceptions import ExternalSignal, PrefectSignal

from data_contracts.errors import UserError
from tasks import log_filter

P = ParamSpec("P")
R = TypeVar("R")
_OURS = frozenset({"flows", "tasks", "rules", "models", "connectors", "ledger", "warehouse"})
_KEPT_OFF = {"persist_result": False, "log_prints": False}
_SIGNALS = (
    KeyboardInterrupt,
    GeneratorExit,
    asyncio.CancelledError,
    PrefectSignal,
    ExternalSignal,
)
"""What ends a run from outside; Prefect tells each by its kind and shows no text of it."""


class SafeError(UserError):
    """An error without its text: `<Class> at <module>:<line> ref=<id>`; the rest is in a file."""

    def __init__(self, where: str, ref: str, error: BaseException) -> None:
        super().__init__(f"{type(error).__name__} at {where} ref={ref}")
        self.ref = ref
        self.kinds = frozenset(kind.__name__ for kind in type(error).__mro__)
        self.exit_code = error.exit_code if isinstance(error, UserError) else 1
        # For the terminal of whoever runs it by hand; it does not leave the process.
        self.advice = str(error) if isinstance(error, UserError) else ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Without the advice: Prefect keeps the error of a failed run in a file of its own."""
        return _without_advice, (str(self), self.ref, self.kinds, self.exit_code)

    def is_a(self, kind: type[Exception]) -> bool:
        """Whether the error behind it was of a kind: `except SafeError as e: if e.is_a(...)`."""
        return kind.__name__ in self.kinds


def _without_advice(text: str, ref: str, kinds: frozenset[str], exit_code: int) -> SafeError:
    error = SafeError.__new__(SafeError, text)
    error.ref, error.kinds, error.exit_code, error.advice = ref, kinds, exit_code, ""
    return error


@overload
def guarded_task(fn: Callable[P, R], /) -> Task[P, R]: ...
@overload
def guarded_task(
    fn: None = None, /, *, retry_on: tuple[type[Exception], ...] = (), **task_kwargs: Any
) -> Callable[[Callable[P, R]], Task[P, R]]: ...
def guarded_task(
    fn: Callable[P, R] | None = None,
    /,
    *,
    retry_on: tuple[type[Exception], ...] = (),
    **task_kwargs: Any,
) -> Task[P, R] | Callable[[Callable[P, R]], Task[P, R]]:
    """A Prefect task behind the guard; `retry_on` limits `retries` to these kinds of error."""
    options = {**task_kwargs, **_KEPT_OFF, "cache_policy": NO_CACHE}
    if retry_on:
        options["retry_condition_fn"] = _only(retry_on)

    def decorate(body: Callable[P, R]) -> Task[P, R]:
        return task(**options)(_guarded(body))

    return decorate if fn is None else decorate(fn)


@overload
def guarded_flow(fn: Callable[P, R], /) -> Flow[P, R]: ...
@overload
def guarded_flow(
    fn: None = None, /, **flow_kwargs: Any
) -> Callable[[Callable[P, R]], Flow[P, R]]: ...
def guarded_flow(
    fn: Callable[P, R] | None = None, /, **flow_kwargs: Any
) -> Flow[P, R] | Callable[[Callable[P, R]], Flow[P, R]]:
    """A Prefect flow behind the guard; its parameters are ids and counts, never a person."""
    options = {**flow_kwargs, **_KEPT_OFF}

    def decorate(body: Callable[P, R]) -> Flow[P, R]:
        made: Flow[P, R] = flow(**options)(_guarded(body))
        return made

    return decorate if fn is None else decorate(fn)


def _guarded(body: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(body)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        # A dump of this process would hold keys and names in clear.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        log_filter.install()
        try:
            return body(*args, **kwargs)
        # Of every kind: a panic of compiled code is no `Exception`, and Prefect shows its text.
        except BaseException as error:
            safe = error if _is_safe(error) else _coded(error, _clinic(body, args, kwargs))
        # Outside the handler, and stripped: the cause and context of an error hold its text too.
        safe.__cause__ = safe.__context__ = None
        raise safe.with_traceback(None) from None

    return guarded


def _is_safe(error: BaseException) -> bool:
    """Whether it may leave as it is; `sys.exit` with words prints them where a run's log goes."""
    if isinstance(error, SystemExit):
        return error.code is None or isinstance(error.code, int)
    return isinstance(error, (SafeError, *_SIGNALS))


def _coded(error: BaseException, slug: str | None) -> SafeError:
    ref = secrets.token_hex(4)
    safe = SafeError(_place(error), ref, error)
    # Only a failure needs the ledger's modules; a flow file must be light to read.
    from tasks.failure import keep_failure

    keep_failure(ref, slug, str(safe), "".join(traceback.format_exception(error)))
    return safe


def _clinic(body: Callable[..., Any], args: Any, kwargs: Any) -> str | None:
    """The clinic that a task or flow was called for: its parameter `slug` or `clinic`."""
    try:
        given = inspect.signature(body).bind_partial(*args, **kwargs).arguments
    except TypeError:  # what it was called with does not fit: that is the failure
        return None
    said = given.get("slug", given.get("clinic"))
    return said if isinstance(said, str) else None


def _place(error: BaseException) -> str:
    """The deepest frame in our own code; a library's line says less."""
    frames = [
        (str(frame.f_globals.get("__name__", "?")), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ][1:]  # the first is this guard
    ours = [frame for frame in frames if frame[0].partition(".")[0] in _OURS]
    module, line = (ours or frames or [("?", 0)])[-1]
    return f"{module}:{line}"


def _only(kinds: tuple[type[Exception], ...]) -> Callable[[Any, TaskRun, State[Any]], bool]:
    def is_retryable(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
        error = state.data
        return isinstance(error, SafeError) and any(error.is_a(kind) for kind in kinds)

    return is_retryable
