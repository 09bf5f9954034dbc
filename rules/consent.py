"""What a contact preference in the practice system means as consent, per channel."""

from data_contracts.message import Channel
from data_contracts.visit import Patient

_GRANTS = {
    "sms": frozenset({Channel.SMS, Channel.VOICE}),
    "email": frozenset({Channel.EMAIL}),
    "both": frozenset({Channel.SMS, Channel.VOICE, Channel.EMAIL}),
    "none": frozenset[Channel](),
}


def preferred_channels(patient: Patient) -> dict[Channel, bool]:
    """Consent by channel as the record states it; nothing stated, nothing granted.

    Only where the clinic's file says that its practice system records consent. A number given to
    the clinic for reminders carries consent for reminders by text and by call to that number
    (47 CFR 64.1200, T10). An explicit refusal beats a preference.
    """
    granted = _GRANTS.get(patient.contact_preference or "")
    if granted is None:
        return {}
    refused = {
        Channel.SMS: patient.consents_to_sms is False,
        Channel.VOICE: patient.consents_to_sms is False,
        Channel.EMAIL: patient.consents_to_email is False,
    }
    return {channel: channel in granted and not refused[channel] for channel in refused}
