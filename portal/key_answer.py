"""What a caller hears after pressing a key. The key itself is decided on elsewhere."""

from connectors.messaging.twilio_script import saying
from data_contracts.spoken import KeyAnswer
from portal.inbound import ClinicReceiver

SPANISH_KEY = "8"
_KEYS = {"9": KeyAnswer.STOPPED, "0": KeyAnswer.STAFF}
_ANSWERED = ("1", "2")

ANSWERS: dict[str, dict[str, str]] = {
    "en": {
        KeyAnswer.CONFIRMED: "Thank you. Your visit is confirmed. Goodbye.",
        KeyAnswer.WILL_TEXT: "Thank you. {name} will text you about another time. Goodbye.",
        KeyAnswer.WILL_CALL: "Thank you. {name} will call you about your visit. Goodbye.",
        KeyAnswer.STAFF: "Thank you. {name} will call you back. You can also call {phone}."
        " Goodbye.",
        KeyAnswer.STOPPED: "You will get no more automated calls from {name}. Goodbye.",
        "again": "That key has no meaning here.",
        "": "That key has no meaning here. To reach {name}, call {phone}. Goodbye.",
    },
    "es": {
        KeyAnswer.CONFIRMED: "Gracias. Su cita está confirmada. Adiós.",
        KeyAnswer.WILL_TEXT: "Gracias. {name} le enviará un mensaje sobre otra hora. Adiós.",
        KeyAnswer.WILL_CALL: "Gracias. {name} le llamará por su cita. Adiós.",
        KeyAnswer.STAFF: "Gracias. {name} le llamará. También puede llamar al {phone}. Adiós.",
        KeyAnswer.STOPPED: "No recibirá más llamadas automáticas de {name}. Adiós.",
        "again": "Esa tecla no tiene función.",
        "": "Esa tecla no tiene función. Para hablar con {name}, llame al {phone}. Adiós.",
        "8": "Gracias. Para hablar con {name}, llame al {phone}. Adiós.",
    },
}


def answer_to(
    clinic: ClinicReceiver, message_id: str, digits: str, language: str, *, is_second: bool
) -> str:
    """TwiML for a key, in the language the call speaks by then.

    8 tells it all in Spanish where the clinic can, else the number to call. A key without a meaning
    is asked for once more, and then told the number.
    """
    if digits == SPANISH_KEY:
        told = clinic.retell(message_id, "es", None) if clinic.retell else None
        return told or _say(clinic, "es", SPANISH_KEY)
    if digits in _KEYS:
        return _say(clinic, language, _KEYS[digits])
    if digits in _ANSWERED:
        # Whoever cannot look promises the one thing that a person keeps in any case.
        known = clinic.after_key(message_id, digits) if clinic.after_key else KeyAnswer.WILL_CALL
        return _say(clinic, language, known)
    if clinic.retell is not None and not is_second:
        told = clinic.retell(message_id, language, ANSWERS[language]["again"])
        if told is not None:
            return told
    return _say(clinic, language, "")


def _say(clinic: ClinicReceiver, language: str, key: str) -> str:
    phone = " ".join(character for character in clinic.phone if character.isdigit())
    sentence = ANSWERS[language][key].format(name=clinic.clinic_name, phone=phone)
    return saying(sentence, language)
