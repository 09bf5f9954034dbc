"""Whether each vendor answers and accepts our credentials; nothing is sent to a patient."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from data_contracts.errors import UserError
from data_contracts.message import Channel
from deployments.doctor.check import Case, Check


class Checkable(Protocol):
    """What every connector promises the doctor."""

    def check(self) -> list[tuple[str, bool, str]]:
        """What was looked at, whether it is well, what to do."""


def examine(case: Case) -> Iterator[Check]:
    """The lines of every connector; one without an agreement is refused before any request."""
    from tasks import wiring

    yield from _ask("practice system", partial(wiring.practice_system, case.clinic, case.settings))
    for channel in Channel:
        if case.clinic.channels.vendor(channel):
            build = partial(wiring.all_carriers, case.clinic, case.settings, channel)
            yield from _ask(channel.value, build)
    yield from _mail_events(case)
    if case.clinic.insurance is not None:
        house = partial(wiring.any_clearinghouse, case.clinic, case.settings)
        yield from _ask("clearinghouse", house)


def _mail_events(case: Case) -> Iterator[Check]:
    from tasks import wiring

    email = case.clinic.channels.email
    if email is not None and email.events_queue_url is None:
        words = "no events_queue_url: e-mails stay `accepted`, bounces and complaints are not heard"
        yield Check(Channel.EMAIL.value, "ses events", True, words)
    elif email is not None:
        build = partial(wiring.mail_events, case.clinic, case.settings)
        yield from _ask(Channel.EMAIL.value, build)


def _ask(subject: str, build: Callable[[], Checkable]) -> Iterator[Check]:
    from connectors.errors import ConnectorError

    try:
        connector = build()
        try:
            answers = connector.check()
        finally:
            getattr(connector, "close", lambda: None)()
    except (UserError, ConnectorError) as error:
        yield Check(subject, "reachable and authorised", False, str(error))
        return
    for name, is_well, advice in answers:
        yield Check(subject, name, is_well, advice)
