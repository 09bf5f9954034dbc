"""Run one flow for one clinic now, in this process, and print what it counted."""

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_contracts.errors import UserError
from data_contracts.mapping import near
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from prefect import Flow

FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="Such as appointment-reminders.")]

_FOLDER = Path(__file__).parents[2] / "flows"
# A throw-away server needs more than Prefect's 20 seconds on a busy machine.
_QUIET = {
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "DO_NOT_TRACK": "1",
}


class UnknownFlow(UserError):
    """There is no flow of that name."""

    exit_code = 2


def run(flow: FlowName, slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """The run is recorded at the Prefect server that is set, else at one that lives as long."""
    from deployments.admission import admitted

    name = _known(flow)
    with admitted(slug, Right.RUN_FLOW):  # before a server is started for nothing
        pass
    for key, value in _QUIET.items():
        os.environ.setdefault(key, value)
    found: Flow[..., Any] = getattr(importlib.import_module(f"flows.{name}"), name)
    result = _recorded(found, slug, now)
    if as_json:
        show_json({"flow": name, "clinic": slug, "result": result})
        return
    show_table(f"{name} for {slug}", ["step", "what", "count"], _rows(result))


def _known(flow: str) -> str:
    names = sorted(path.stem for path in _FOLDER.glob("*.py") if path.stem != "__init__")
    name = flow.replace("-", "_")
    if name not in names:
        known = ", ".join(one.replace("_", "-") for one in names)
        raise UnknownFlow(f"no flow {flow}{near(name, names)}; the flows are: {known}")
    return name


def _recorded(flow: "Flow[..., Any]", slug: str, now: Any) -> Any:
    import httpx
    from prefect.settings import PREFECT_API_URL

    try:
        return flow(slug, now)
    except (httpx.TransportError, RuntimeError) as error:
        # What fails inside a flow comes out coded; a plain RuntimeError is Prefect's own.
        if isinstance(error, RuntimeError) and "Failed to reach API" not in str(error):
            raise
    url = PREFECT_API_URL.value() or "a Prefect server of its own"
    raise UserError(f"{url} does not answer; is the server up? `prefect server start`")


def _rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    rows = []
    for step, counts in result.items():
        each = counts.items() if isinstance(counts, dict) else [("", counts)]
        rows += [(step, str(what).replace("_", " "), str(count)) for what, count in each]
    return rows
