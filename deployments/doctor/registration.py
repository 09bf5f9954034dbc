"""Whether carriers would let our texts through: the registered samples, the privacy policy."""

from collections.abc import Iterator
from datetime import datetime

from data_contracts.clinic import Delivery
from data_contracts.message import Channel
from data_contracts.template import with_overrides
from deployments.doctor.check import Case, Check

_SUBJECT = "registration"


def examine(case: Case) -> Iterator[Check]:
    """One line for the policy, and one for each text that differs from what was registered."""
    if case.clinic.channels.sms is None:
        return
    yield _policy(case)
    yield from _samples(case)


def _policy(case: Case) -> Check:
    import httpx

    from connectors.address import is_loopback
    from rules.consent_wording import says_mobile_data_is_not_shared

    url = case.clinic.privacy_url
    if url is None:
        advice = "Name the policy in privacy_url: consent wordings must link to it."
        return Check(_SUBJECT, "privacy policy", True, advice)
    if case.clinic.delivery is Delivery.SANDBOX and not is_loopback(url.host):
        return Check(_SUBJECT, "privacy policy", True, "Not read: delivery is sandbox.")
    if url.scheme != "https" and not is_loopback(url.host):
        return Check(_SUBJECT, "privacy policy", False, "privacy_url must be an https:// address.")
    try:
        page = httpx.get(str(url), timeout=10, follow_redirects=True).raise_for_status().text
    except httpx.HTTPError as error:
        return Check(_SUBJECT, "privacy policy", False, f"not readable ({type(error).__name__})")
    is_well = says_mobile_data_is_not_shared(page)
    advice = "It must say that mobile numbers are not shared or sold for marketing."
    return Check(_SUBJECT, "privacy policy", is_well, "" if is_well else advice)


def _samples(case: Case) -> Iterator[Check]:
    from rules.registration import resembles
    from rules.templates import render, values_for

    clinic, sms = case.clinic, case.clinic.channels.sms
    if sms is None or not sms.registered_samples:
        yield Check(_SUBJECT, "samples", True, "Write the registered ones in registered_samples.")
        return
    for template in with_overrides(clinic.templates).values():
        if template.channel is not Channel.SMS or template.language not in clinic.languages:
            continue
        said = render(
            template,
            values_for(
                template.channel,
                template.language,
                clinic_name=clinic.name,
                phone=clinic.phone,
                times=[datetime(2026, 9, 30, 12, 45, tzinfo=clinic.zone)],
            ),
        )
        is_well = resembles(said.body, sms.registered_samples)
        advice = "" if is_well else "No registered sample is like it; register it."
        yield Check(_SUBJECT, template.key, is_well, advice)
