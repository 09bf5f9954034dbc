"""Shares as people read them: points with a true minus, spans, ratios as percent."""


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")


def span(low: float, high: float) -> str:
    """Two ends of an interval of a difference."""
    return f"{points(low)} to {points(high)} percentage points"


def percent_change(ratio: float) -> str:
    """A ratio as a relative change: 0.72 is −28%."""
    return f"{100 * (ratio - 1):+.0f}%".replace("-", "\N{MINUS SIGN}")


def ratio_words(ratio: float, low: float, high: float) -> str:
    """A ratio and its interval as an addition in parentheses."""
    return f"; relative {percent_change(ratio)}, {percent_change(low)} to {percent_change(high)}"
