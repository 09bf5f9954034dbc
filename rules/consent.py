"""What a contact preference in the practice system means as consent, per channel."""

from data_contracts.message import Channel
from data_contracts.visit import Patient


def preferred_channels(patient: Patient) -> dict[Channel, bool]:
    """Consent by channel as the record states it; nothing stated, nothing granted.

    A number given to the clinic for reminders carries consent for reminders by text and by call
    to that number (47 CFR 64.1200, T10); the preference "none" refuses both.
    """
    found: dict[Channel, bool] = {}
    if patient.consents_to_sms is not None:
        found[Channel.SMS] = patient.consents_to_sms
        found[Channel.VOICE] = patient.consents_to_sms
    if patient.consents_to_email is not None:
        found[Channel.EMAIL] = patient.consents_to_email
    return found
