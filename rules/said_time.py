"""Which times a text names, and whether a visit or an offered time is what they name.

Each time that is said is a set of facets any of which fits: "at 3" is three at night or in the
afternoon, "the 2nd" is a day of the month or the second of what was offered. Of several, all must
fit. Texts come in lower case, without accents and apostrophes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

Said = frozenset[tuple[str, int]]
"""What one expression may be: kind and value, as `("weekday", 1)` or `("clock", 870)`."""
_Way = Callable[[dict[str, str]], tuple[str, list[Said]]]


def _numbered(lines: str, start: int = 0) -> dict[str, int]:
    return {word: n for n, line in enumerate(lines.split(","), start) for word in line.split()}


_WEEKDAYS = _numbered(
    "monday mon lunes, tuesday tuseday tues tue martes, wednesday wensday wendsday weds wed"
    " miercoles, thursday thursay thurs thur thu jueves jue, friday fri viernes,"
    " saturday sat sabado, sunday sun domingo"
)
_MONTHS = _numbered(
    "january jan enero, february feb febrero, march marzo mar, april apr abril, mayo may,"
    " june jun junio, july jul julio, august aug agosto, september sept sep septiembre,"
    " october oct octubre, november nov noviembre, december dec diciembre",
    1,
)
_NUMBERS = _numbered(
    "one uno una un an a, two dos, three tres, four cuatro, five cinco, six seis, seven siete,"
    " eight ocho, nine nueve, ten diez, eleven once, twelve doce",
    1,
) | {"fifteen": 15, "quince": 15, "twenty": 20, "veinte": 20, "thirty": 30, "treinta": 30}
_PLACES = (
    _numbered(
        "first primera primero primer 1ra 1ro 1era, second segunda segundo 2da 2do, third tercera"
        " tercero tercer 3ra 3ro 3era",
        1,
    )
    | {"middle": 2, "earliest": 1, "soonest": 1}
    | dict.fromkeys(("last", "latest", "ultima", "ultimo"), -1)
)
_PARTS = _numbered(
    "morning mornings manana mananas, afternoon afternoons tarde, evening evenings noche"
)
_RELATIVE = {"today": 0, "tonight": 0, "hoy": 0, "tomorrow": 1, "tmrw": 1, "manana": 1}
_AFTERNOON, _EVENING = 12, 17
_LONG = 30
"""Minutes after which a late patient's visit is no longer the one that was booked."""

_SPOKEN_HOURS = [word for word, n in _NUMBERS.items() if n <= 12 and word not in ("un", "a", "an")]
_HOUR = rf"(?P<hour>2[0-3]|1\d|0?[1-9]|{'|'.join(_SPOKEN_HOURS)})"
_MINUTE = r"(?:(?::| ?)(?P<minute>[0-5]\d)| (?P<half>y media|thirty)| (?P<quarter>y cuarto))"
_MINUTES = r"(?:mins?|minut\w{1,5}|mns?)"
_UNITS = rf"(?:{_MINUTES}|hours?|hrs?|horas?|days?|dias?|weeks?|semanas?|months?|meses|years?)"
_ENDS = rf"(?![:/]?\w)(?! {_UNITS}\b)"
_FEW = r"(?:an? |un )?(?:few|couple(?: of)?|little|poco|pocos)|unos|some"
_HOURS = r"(?P<hours>(?:hour|hr|hora)s?)"
_AMOUNT = rf"(?P<amount>\d{{1,3}}|half an|media|{'|'.join(_NUMBERS)}|{_FEW})"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})s?"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_TH = r"(?:st|nd|rd|th)"


def said_times(text: str) -> tuple[str, tuple[Said, ...]]:
    """The text with a plain word for each time in it, and what the times may be."""
    said: list[Said] = []

    def take(found: re.Match[str], way: _Way) -> str:
        word, meant = way(
            {name: part for name, part in found.groupdict().items() if part is not None}
        )
        said.extend(meant)
        return f" {word} "

    for pattern, way in _WAYS:
        text = pattern.sub(lambda found, way=way: take(found, way), text)  # type: ignore[misc]
    return " ".join(text.split()), tuple(said)


def picked(said: Sequence[Said], offered: int, times: Sequence[datetime]) -> list[int]:
    """Which of the offered times all that is said may mean, counted from 1."""
    return [n for n in range(1, offered + 1) if _fit(said, _option(n, offered, times))]


def is_of_visit(said: Iterable[Said], visit: datetime | None, today: date | None) -> bool:
    """Whether all that is said may mean this visit; no where the visit is unknown.

    "Tomorrow" is believed where nobody says what today is.
    """
    held = [one for one in said if today is not None or not _speaks_of(one, "days on")]
    return not held or (visit is not None and _fit(held, _facets(visit, today)))


def is_soon_after(said: Iterable[Said], visit: datetime | None) -> bool:
    """Whether a late patient's clock, if any is named, still is of this visit."""
    clocks = [one for one in said if _speaks_of(one, "clock")]
    if visit is None:
        return not clocks
    start = visit.hour * 60 + visit.minute
    soon = frozenset(("clock", start + late) for late in range(_LONG + 1))
    return _fit(clocks, soon)


def without_counts(said: Iterable[Said]) -> list[Said]:
    """What is no mere number: two may be days, or children."""
    return [one for one in said if any(kind not in ("place", "hour") for kind, _ in one)]


def _speaks_of(one: Said, what: str) -> bool:
    return any(kind == what for kind, _ in one)


def _fit(said: Iterable[Said], facets: Said) -> bool:
    return all(one & facets for one in said)


def _option(place: int, offered: int, times: Sequence[datetime]) -> Said:
    facets = {("place", place)} | ({("place", -1)} if place == offered else set())
    if times:
        # "2" is the second, also where another is at two.
        facets |= {
            (kind, n)
            for kind, n in _facets(times[place - 1])
            if (kind, n > offered) != ("hour", False)
        }
    return frozenset(facets)


def _facets(moment: datetime, today: date | None = None) -> Said:
    part = (moment.hour >= _AFTERNOON) + (moment.hour >= _EVENING)
    facets = {
        ("weekday", moment.weekday()),
        ("clock", moment.hour * 60 + moment.minute),
        ("day", moment.day),
        ("month", moment.month),
        ("part", part),
    }
    if moment.minute == 0:
        facets.add(("hour", (moment.hour - 1) % 12 + 1))
    if today is not None:
        facets.add(("days on", (moment.date() - today).days))
    return frozenset(facets)


def _clock(found: dict[str, str]) -> tuple[str, list[Said]]:
    hour = _NUMBERS.get(found["hour"]) or int(found["hour"])
    minute = 30 if "half" in found else 15 if "quarter" in found else int(found.get("minute", 0))
    if "meridiem" in found:
        hours = {hour % 12 + (12 if found["meridiem"] == "p" else 0)}
    else:
        hours = {hour, (hour + 12) % 24} if hour <= 12 else {hour}
    return "oclock", [frozenset(("clock", one * 60 + minute) for one in hours)]


def _noon(_: dict[str, str]) -> tuple[str, list[Said]]:
    return "oclock", [frozenset({("clock", _AFTERNOON * 60)})]


def _weekday(found: dict[str, str]) -> tuple[str, list[Said]]:
    said = [frozenset({("weekday", _WEEKDAYS[found["weekday"]])})]
    if "number" in found:
        said.append(_clock({"hour": found["number"]})[1][0] | {("day", int(found["number"]))})
    return "weekday", said


def _date(found: dict[str, str]) -> tuple[str, list[Said]]:
    month = _MONTHS.get(found["month"]) or int(found["month"])
    return "weekday", [frozenset({("month", month)}), frozenset({("day", int(found["day"]))})]


def _nth(found: dict[str, str]) -> tuple[str, list[Said]]:
    number = int(found["day"])
    return "numeral", [frozenset({("day", number), ("place", number)})]


def _place(found: dict[str, str]) -> tuple[str, list[Said]]:
    word = found["place"]
    number = _PLACES.get(word) or _NUMBERS.get(word) or int(word)
    return "numeral", [frozenset({("place", number), ("hour", number)})]


def _place_or_clock(found: dict[str, str]) -> tuple[str, list[Said]]:
    hour = _clock({"hour": found["place"]})[1][0]
    return "oclock", [hour | {("place", int(found["place"]))}]


def _part(found: dict[str, str]) -> tuple[str, list[Said]]:
    return "weekday", [frozenset({("part", _PARTS[found["part"]])})]


def _relative(found: dict[str, str]) -> tuple[str, list[Said]]:
    return "weekday", [frozenset({("days on", _RELATIVE[found["relative"]])})]


def _next_week(_: dict[str, str]) -> tuple[str, list[Said]]:
    return "weekday", [frozenset({("week", 1)})]


def _span(found: dict[str, str]) -> tuple[str, list[Said]]:
    word = found["amount"]
    amount = _HALVES.get(word) or _NUMBERS.get(word) or (int(word) if word.isdigit() else 5)
    minutes = amount * (60 if "hours" in found else 1) + (30 if "half" in found else 0)
    return "minutes" if minutes <= _LONG else "hours", []


_HALVES = {"half an": 0.5, "media": 0.5}


def _word(word: str) -> _Way:
    return lambda _: (word, [])


_WAYS: tuple[tuple[re.Pattern[str], _Way], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})"), way)
    for pattern, way in (
        # A greeting names a part of the day and means none.
        (r"(?:good|great|nice|blessed|lovely) (?:morning|afternoon|evening|night)\b", _word("hi")),
        (r"(?:buenas|lindas?|bonitas?) (?:tardes?|noches?)\b|buen(?:os)? dias?\b", _word("hi")),
        # No second of three, and no last.
        (r"last minute\b", _word("hi")),
        (
            r"(?:a|one|1|un) (?:second|segundo|sec|moment|momento)\b(?! (?:one|opt|opc))",
            _word("moment"),
        ),
        (r"(?:last|ultima) (?:time|visit|week|night|month|year|vez)\b", _word("past")),
        (r"(?:first|second) (?:thing|visit|opinion|floor)\b", _word("past")),
        # How long, before any clock: "in 10", "half an hour", "10 to 15 min".
        (
            (
                rf"(?:\d{{1,3}} ?(?:to|or|a|o|y) ?)?{_AMOUNT} ?(?:{_MINUTES}|{_HOURS})"
                r"(?P<half> y media| and a half)?\b(?! (?:dif|dist|mas))"
            ),
            _span,
        ),
        (r"(?:in|en)(?: like| como| about)? (?P<amount>\d{1,2})\b(?!:|/| de\b)", _span),
        (r"(?P<amount>\d{1,2}) (?=late\b|behind\b|tarde\b)", _span),
        (rf"(?P<hour>1[0-2]|0?[1-9]) ?{_MINUTE}? ?(?P<meridiem>[ap]) ?m\b", _clock),
        (r"(?P<hour>2[0-3]|1\d|0?[1-9]):(?P<minute>[0-5]\d)\b", _clock),
        (rf"for (?P<place>\d){_ENDS}", _place_or_clock),
        (rf"(?:at|around|by|for|(?:a|de|para) las?) {_HOUR}{_MINUTE}?{_ENDS}", _clock),
        (rf"las (?P<hour>1[0-2]|[1-9]){_MINUTE}?{_ENDS}", _clock),
        (rf"half past {_HOUR}\b(?P<half>)", _clock),
        (
            rf"{_HOUR} ?(?:oclock|en punto|sharp|(?P<half>y media|thirty)|(?P<quarter>y cuarto))\b",
            _clock,
        ),
        (r"(?:noon|midday|(?:el |al )?mediodia)\b", _noon),
        (r"(?P<hour>1[0-2]|[1-9])(?P<minute>[0-5][05])\b", _clock),
        (rf"{_MONTH} (?:the )?{_DAY}{_TH}?\b", _date),
        (rf"{_DAY}{_TH}? (?:de|of) {_MONTH}\b", _date),
        (rf"(?P<month>1[0-2]|0?[1-9])/{_DAY}(?:/\d{{2,4}})?\b", _date),
        (rf"{_WEEKDAY}(?: (?:the |el )?(?P<number>3[01]|[12]\d|[1-9]){_TH}?{_ENDS})?\b", _weekday),
        (rf"{_DAY}{_TH}\b", _nth),
        (rf"el {_DAY}\b", _nth),
        (
            (
                r"(?:in|en|por|de|this|esta|the|la) (?:the |la )?"
                r"(?P<part>morning|afternoon|evening|manana|tarde|noche)\b"
            ),
            _part,
        ),
        (r"(?P<part>mornings?|afternoons?|evenings?|mananas)\b", _part),
        (rf"(?P<relative>{'|'.join(_RELATIVE)})\b", _relative),
        (r"(?:(?:next|following) week|(?:la )?(?:proxima semana|semana que viene))\b", _next_week),
        (rf"(?P<place>{'|'.join(_PLACES)})\b", _place),
        (
            r"(?:option|opcion|number|numero|slot|choice|num|opt) (?P<place>one|uno|una)\b",
            _place,
        ),
        (r"(?P<place>\d{1,2}|uno|two|dos|three|tres)\b", _place),
        (r"\d+\b", _word("figures")),
    )
)
