"""National Provider Identifiers: ten digits, the last of which checks the others."""


def is_npi(text: str) -> bool:
    """Whether the last digit is right (Luhn, with the issuer's prefix 80840)."""
    return len(text) == 10 and text.isdigit() and _rest(text) == 0


def npi(number: int) -> str:
    """A made-up one: `1`, the number in eight digits, and the digit that fits."""
    start = f"1{number:08d}"
    return f"{start}{(10 - _rest(start + '0')) % 10}"


def _rest(text: str) -> int:
    total = 24  # what the prefix adds
    for i, digit in enumerate(reversed(text)):
        doubled = int(digit) * (1 + i % 2)
        total += doubled // 10 + doubled % 10
    return total % 10
