"""Whether the numbers and addresses that we send from can be what carriers accept."""

from collections.abc import Iterator

import phonenumbers

from deployments.doctor.check import Case, Check


def examine(case: Case) -> Iterator[Check]:
    """One line for each sender and for what receipts need."""
    channels = case.clinic.channels
    for name, part in (("sms", channels.sms), ("voice", channels.voice)):
        if part is not None:
            yield _number(f"{name} sender", part.sender)
    yield _number("clinic phone", case.clinic.phone)
    if channels.email is not None:
        host = channels.email.sender.rpartition("@")[2]
        advice = "" if "." in host else "Write name@domain; SES must know the domain."
        yield Check("sender", "email sender", "." in host, advice)
    if (channels.sms or channels.voice) and channels.public_url is None:
        yield Check("sender", "public_url", True, "Without it no receipts: carriers are asked.")


def _number(name: str, number: str) -> Check:
    is_well = phonenumbers.is_possible_number(phonenumbers.parse(number))
    return Check("sender", name, is_well, "" if is_well else "No such number; check its digits.")
