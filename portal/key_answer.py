"""What a caller hears after pressing a key. The key itself is decided on elsewhere."""

from connectors.messaging.twilio_script import saying
from portal.inbound import ClinicReceiver

SPANISH_KEY = "8"

ANSWERS: dict[str, dict[str, str]] = {
    "en": {
        "1": "Thank you. Your visit is confirmed. Goodbye.",
        "2": "Thank you. {name} will call you to find another time. Goodbye.",
        "0": "Thank you. {name} will call you back. You can also call {phone}. Goodbye.",
        "9": "You will get no more automated calls from {name}. Goodbye.",
        "": "That key has no meaning here. To reach {name}, call {phone}. Goodbye.",
    },
    "es": {
        "8": "Gracias. Para hablar con {name}, llame al {phone}. Adiós.",
    },
}


def answer_to(clinic: ClinicReceiver, message_id: str, digits: str) -> str:
    """TwiML for a key: Spanish retells the message where the clinic can, else names the phone."""
    if digits == SPANISH_KEY:
        told = clinic.retell(message_id, "es") if clinic.retell else None
        return told or _say(clinic, "es", SPANISH_KEY)
    return _say(clinic, "en", digits if digits in ANSWERS["en"] else "")


def _say(clinic: ClinicReceiver, language: str, digits: str) -> str:
    phone = " ".join(character for character in clinic.phone if character.isdigit())
    sentence = ANSWERS[language][digits].format(name=clinic.clinic_name, phone=phone)
    return saying(sentence, language)
