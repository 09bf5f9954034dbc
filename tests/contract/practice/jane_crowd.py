"""A process of many threads that want a token again and again: `python -m ... HOME STAGE SECONDS`.

Prints how many tokens it had, and which errors.
"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from connectors.errors import ConnectorError
from connectors.practice.jane_keeper import Keeper
from ledger.store import open_ledger
from tests.contract.practice.jane_stage import Stage

THREADS = 6


def ask(keeper: Keeper, url: str, until: float) -> Counter[str]:
    """One thread: takes a token, uses it, and goes on."""
    seen: Counter[str] = Counter()
    while time.monotonic() < until:
        try:
            token, generation = keeper.access()
            seen[f"generation {generation}"] += 1
            answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)
            seen[f"answer {answer.status_code}"] += 1
        except ConnectorError as error:
            seen[f"{type(error).__name__} {error.code}"] += 1
        time.sleep(0.05)
    return seen


def main(home: str, addresses: str, seconds: str) -> None:
    """All threads of this process, two of them with a keeper of their own."""
    stage, until = Stage(json.loads(addresses)), time.monotonic() + float(seconds)
    url = f"{stage.clinic_url}/api/2026-01-01/locations"
    ledger = open_ledger(Path(home), "northside")
    shared = stage.keeper(ledger)
    keepers = [shared] * (THREADS - 2) + [stage.keeper(ledger) for _ in range(2)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = [pool.submit(ask, keeper, url, until) for keeper in keepers]
        total = sum((one.result() for one in found), Counter[str]())
    sys.stdout.write(json.dumps(total))
    stage.close()
    ledger.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
