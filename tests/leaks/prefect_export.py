"""Everything that Prefect's API gives out: what anybody who reaches the server can read."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

_LISTS = (
    "flows",
    "flow_runs",
    "task_runs",
    "deployments",
    "logs",
    "artifacts",
    "artifacts/latest",
    "variables",
    "automations",
    "block_documents",
    "work_pools",
    "work_queues",
    "concurrency_limits",
    "v2/concurrency_limits",
)
_STATES = (("flow_runs", "flow_run_id"), ("task_runs", "task_run_id"))
_PAGE = 200


def export(url: str) -> dict[str, bytes]:
    """Every row of every list, by list, as it came over the wire."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as api:
        found = {name: b"".join(_pages(api, name)) for name in _LISTS}
        found["events"] = b"".join(_events(api))
        for runs, whose in _STATES:
            ids = [one["id"] for one in _rows(found[runs])]
            found[f"states of {runs}"] = b"".join(
                _told(api.get(f"{runs[:-1]}_states/", params={whose: own})) for own in ids
            )
    return found


def _pages(api: httpx.Client, name: str) -> Iterator[bytes]:
    offset = 0
    while True:
        content = _told(api.post(f"{name}/filter", json={"limit": _PAGE, "offset": offset}))
        yield content
        if len(json.loads(content)) < _PAGE:
            return
        offset += _PAGE


def _events(api: httpx.Client) -> Iterator[bytes]:
    wanted: dict[str, Any] = {"filter": {"occurred": {"since": "2020-01-01T00:00:00Z"}}}
    content = _told(api.post("events/filter", json=wanted | {"limit": 50}))
    yield content
    while following := json.loads(content)["next_page"]:
        content = _told(api.get(following))
        yield content


def _rows(pages: bytes) -> Iterator[dict[str, Any]]:
    decoder, text = json.JSONDecoder(), pages.decode()
    while text:
        page, end = decoder.raw_decode(text)
        yield from page
        text = text[end:]


def _told(answer: httpx.Response) -> bytes:
    return answer.raise_for_status().content
