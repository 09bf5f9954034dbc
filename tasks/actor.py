"""Who acts, for the audit: a flow run by its id, else whoever started the command."""

import os
import pwd
import sys

from data_contracts.deed import Actor, Role
from data_contracts.settings import Settings

_LONGEST = 60


def acting(settings: Settings) -> Actor:
    """Inside a Prefect run the run, as `system`; else the user, in the role that the settings say.

    The machine's account stands beside a name that was merely claimed in PTCLINIC_USER.
    """
    run = _run()
    if run is not None:
        return Actor(run, Role.SYSTEM)
    account = _account()
    said = (settings.user or "").strip()
    who = f"{said} ({account})" if said and said != account else account
    return Actor(who if len(who) <= _LONGEST else f"{who[: _LONGEST - 1]}…", settings.role)


def _account() -> str:
    # Not from the environment, which anybody sets.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's number without a name
        return f"uid {os.getuid()}"


def _run() -> str | None:
    if "prefect" not in sys.modules:  # its import costs a second, and none has run without it
        return None
    from prefect.context import FlowRunContext, TaskRunContext

    task, flow = TaskRunContext.get(), FlowRunContext.get()
    if task is not None and task.task_run.flow_run_id is not None:
        return f"flow run {task.task_run.flow_run_id}"
    if flow is not None and flow.flow_run is not None:
        return f"flow run {flow.flow_run.id}"
    return f"task run {task.task_run.id}" if task is not None else None  # a background task
