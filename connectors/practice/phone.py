"""Phone numbers as one text: E.164."""

import phonenumbers


def mobile_number(text: str | None, region: str) -> str | None:
    """E.164 of a number typed in a region (two letters); None when it is no possible number."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
