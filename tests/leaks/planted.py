"""Texts of made-up patients, unlike anything else here, so that each find is a leak."""

from typing import Final

FIRST: Final = "Qzxvana"
LAST: Final = "Kwyj-O'Plänted"
"""With a letter and a sign that each way of writing spells differently."""
MAIL: Final = "qzx.planted@example.com"
BORN: Final = "1931-07-29"
WORDS: Final = "my planted knee hurts"
ADDRESS: Final = "77 Qzplanted Lane"
MEMBER: Final = "ZZQ-7731-PLANTED"
PHONES: Final = tuple(f"303555{number:04d}" for number in range(186, 200))
"""One for each of those who are planted into the book."""

TEMPLATE: Final = "Qzx-template-words"
"""What the clinic wrote into its own words: it is sent, and stays nowhere but in its file."""

PLANTED: Final = (FIRST, LAST, MAIL, *PHONES, BORN, WORDS, ADDRESS, MEMBER, TEMPLATE)


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
