"""Asking a payer that takes its time, as many at once as it allows, from threads of one process."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

from bench.measure import Sample, stopwatch
from bench.payer import payer

_NPI = "1999999984"


def ours(folder: Path, inquiries: int, in_flight: int, seconds: float) -> Sample:
    """Question, limits, transport and the first look at each answer; what it holds is kept by
    nobody, as in a task that writes each down."""
    from connectors.clearinghouse.build import Circumstances, clearinghouse
    from data_contracts.inquiry import Asker, Inquiry, Person
    from data_contracts.insurance import Insurance

    asker = Asker(npi=_NPI, organization="Demo Physical Therapy")
    with payer(seconds) as far:
        part = Insurance.model_validate(
            {
                "clearinghouse": {
                    "vendor": "stedi",
                    "api_key": "KEY",
                    "base_url": far.base_url,
                    "in_flight": in_flight,
                },
                "asker": asker.model_dump(),
                "originator": "9DEMOBENCH",
                "payers": {"acme": {"payer_id": "60054", "name": "Acme"}},
            }
        )
        house = clearinghouse(part, Circumstances(str, is_live=False, is_sandbox=True))

        def ask(number: int) -> tuple[int, float]:
            who = Person(
                first_name="Ana",
                last_name="Example",
                birth_date=date(1980, 1, 2),
                member_id=f"M{number}",
            )
            reply = house.inquire(
                Inquiry(
                    trace=f"TRACE{number:08d}",
                    payer_id="60054",
                    payer_name="Acme",
                    asker=asker,
                    subscriber=who,
                    service_on=date(2026, 1, 7),
                    asked_at=datetime(2026, 1, 5, 16, tzinfo=UTC),
                )
            )
            return len(reply.raw), _held_mib()

        with stopwatch() as watch, ThreadPoolExecutor(in_flight) as pool:
            found = list(pool.map(ask, range(inquiries)))
        house.close()
    if len({size for size, _ in found}) != 1:
        raise RuntimeError("not every answer came whole")
    warm, last = found[inquiries // 4][1], found[-1][1]
    return Sample(
        wall=watch.wall,
        cpu=watch.cpu,
        facts={"grown": last - warm, "most": far.most},
    )


def _held_mib() -> float:
    """What this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1024 / 1024
