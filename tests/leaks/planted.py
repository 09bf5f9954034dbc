"""Texts of made-up patients, unlike anything else here, so that each find is a leak."""

from typing import Final

FIRST: Final = "Qzxvana"
LAST: Final = "Kwyj-Planted"
MAIL: Final = "qzx.planted@example.com"
BORN: Final = "1931-07-29"
WORDS: Final = "my planted knee hurts"
ADDRESS: Final = "77 Qzplanted Lane"
MEMBER: Final = "ZZQ-7731-PLANTED"
PHONES: Final = ("3035550193", "3035550194", "3035550195", "3035550196")
"""One for each of those who are planted into the book."""

PLANTED: Final = (FIRST, LAST, MAIL, *PHONES, BORN, WORDS, ADDRESS, MEMBER)


class Poison(Exception):
    """An error of a library, with everything of a patient in it."""

    def __init__(self) -> None:
        super().__init__(*PLANTED)
        self.add_note(" ".join(PLANTED))


class Panic(BaseException):
    """What compiled code raises: no handler of exceptions takes it."""

    def __init__(self) -> None:
        super().__init__(*PLANTED)
        self.add_note(" ".join(PLANTED))
