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
    (47 CFR 64.1200, T10). A preference decides where there is one; without one, an explicit yes
    to texts or e-mail does. An explicit refusal beats both.
    """
    stated = {
        Channel.SMS: patient.consents_to_sms,
        Channel.VOICE: patient.consents_to_sms,
        Channel.EMAIL: patient.consents_to_email,
    }
    granted = _GRANTS.get(patient.contact_preference or "")
    if granted is not None:
        return {
            channel: channel in granted and said is not False for channel, said in stated.items()
        }
    # A preference in a word that we do not know may be a refusal: beside it only a no is heard.
    deaf_to_yes = bool(patient.contact_preference)
    return {
        channel: said
        for channel, said in stated.items()
        if said is not None and not (said and deaf_to_yes)
    }
