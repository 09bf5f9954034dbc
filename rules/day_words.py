"""Days and times in words, in English and Spanish, without the machine's locale."""

from collections.abc import Sequence
from datetime import date, datetime

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
    ),
}  # fmt: skip


def short_day(day: date, language: str) -> str:
    """`Tue Jan 6` or `mar 6 ene`."""
    name, month = _DAYS[language][day.weekday()][:3], _MONTHS[language][day.month - 1][:3]
    return f"{name} {day.day} {month}" if language == "es" else f"{name} {month} {day.day}"


def long_day(day: date, language: str) -> str:
    """`Tuesday, January 6` or `martes 6 de enero`."""
    name, month = _DAYS[language][day.weekday()], _MONTHS[language][day.month - 1]
    return f"{name} {day.day} de {month}" if language == "es" else f"{name}, {month} {day.day}"


def clock(moment: datetime, language: str) -> str:
    """`3:15 PM` or `15:15`, in the zone the moment carries."""
    if language == "es":
        return f"{moment.hour}:{moment.minute:02d}"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def spoken_clock(moment: datetime, language: str) -> str:
    """`3:15 PM` or `3:15 de la tarde`: what a voice reads well."""
    if language != "es":
        return clock(moment, language)
    part = "mañana" if moment.hour < 12 else "tarde" if moment.hour < 20 else "noche"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} de la {part}"


def listed(words: Sequence[str], language: str) -> str:
    """`9:00 AM`, `9:00 AM and 3:00 PM`, `9:00, 11:00 y 15:00`."""
    last = f" {'y' if language == 'es' else 'and'} "
    return last.join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def numbered(words: Sequence[str]) -> str:
    """`1) Tue Jan 6 3:15 PM 2) Wed Jan 7 9:00 AM`: what a patient picks from by its number."""
    return " ".join(f"{number}) {one}" for number, one in enumerate(words, 1))


def picked(count: int, language: str) -> str:
    """The numbers to pick from: `1`, `1 or 2`, `1, 2 o 3`."""
    last = f" {'o' if language == 'es' else 'or'} "
    numbers = [str(number) for number in range(1, count + 1)]
    return last.join(part for part in (", ".join(numbers[:-1]), *numbers[-1:]) if part)


def shown_phone(phone: str) -> str:
    """`303-555-0100` for a North American number, any other as it is."""
    if phone.startswith("+1") and len(phone) == 12:
        return f"{phone[2:5]}-{phone[5:8]}-{phone[8:]}"
    return phone
