"""Not more requests than allowed."""

from connectors.pace import TokenBucket


class Clock:
    """A wall clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


def test_no_minute_holds_more_than_rate_and_burst() -> None:
    clock = Clock()
    bucket = TokenBucket(150, 30, clock=clock, sleep=clock.sleep)
    moments = []
    for _ in range(600):
        bucket.take()
        moments.append(clock.now)
    busiest = max(sum(at <= one < at + 60 for one in moments) for at in moments)
    assert busiest <= 180
    assert moments[29] == 0.0
    assert moments[-1] > 60 * (600 - 30) / 150 - 1
