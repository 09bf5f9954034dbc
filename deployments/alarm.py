"""Automations: a run that failed, is stuck or late raises a notification."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

STUCK_AFTER = timedelta(minutes=30)
BLOCK = "ptclinic-alert"
# An event is called after its state's name, not its type: a time limit ends a run as TimedOut.
_BROKEN = ["prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"]
_ENDED = [*_BROKEN, "prefect.flow-run.Completed", "prefect.flow-run.Cancelled"]
_OUR_RUNS = {"prefect.resource.id": "prefect.flow-run.*"}
_OUR_TAGS = {"prefect.resource.id": "prefect.tag.clinic:*", "prefect.resource.role": "tag"}
# Ids and names of ours; never a state's message, which others may have written.
_BODY = (
    '{{"what": "{what}", "flow": "{{{{ flow.name }}}}", "clinic": "{{{{ deployment.name }}}}",'
    ' "run": "{{{{ flow_run.id }}}}", "state": "{{{{ flow_run.state.name }}}}",'
    ' "runbook": "docs/runbooks/run-{what}.md"}}'
)


def alarms() -> dict[str, dict[str, Any]]:
    """The trigger of each alarm by its name.

    One set for all clinics: every event is tested against every automation, so one per clinic
    would cost the server as many times more.
    """
    common = {
        "type": "event",
        "match": _OUR_RUNS,
        "match_related": _OUR_TAGS,
        "for_each": ["prefect.resource.id"],
        "threshold": 1,
    }
    return {
        "ptclinic-failed": common | {"posture": "Reactive", "expect": _BROKEN},
        "ptclinic-late": common | {"posture": "Reactive", "expect": ["prefect.flow-run.Late"]},
        "ptclinic-stuck": common
        | {
            "posture": "Proactive",
            "after": ["prefect.flow-run.Running"],
            # By name: a run that hangs still beats, and `prefect.flow-run.*` holds its heartbeat.
            "expect": _ENDED,
            "within": STUCK_AFTER.total_seconds(),
        },
    }


def raise_alarms(client: "SyncPrefectClient", alert_url: str | None) -> list[str]:
    """Creates or renews the automations; returns the names of those that changed.

    Without an address the alarm still shows in Prefect's event feed, where it is an event.
    """
    from prefect.events.schemas.automations import AutomationCore

    block = _webhook(alert_url) if alert_url else None
    renewed: list[str] = []
    for name, trigger in alarms().items():
        what = name.removeprefix("ptclinic-")
        wanted = AutomationCore.model_validate(
            {
                "name": name,
                "description": f"A clinic's run is {what}; see docs/runbooks/run-{what}.md.",
                "trigger": trigger,
                "actions": [_action(what, block)],
                "tags": ["ptclinic"],
            }
        )
        renewed += _renew(client, wanted)
    return renewed


def _renew(client: "SyncPrefectClient", wanted: Any) -> list[str]:
    known = client.read_automations_by_name(wanted.name)
    if len(known) == 1 and _content(known[0]) == _content(wanted):
        return []
    for old in known:
        client.delete_automation(old.id)
    client.create_automation(wanted)
    return [wanted.name]


def _content(automation: Any) -> Any:
    dump = automation.model_dump(mode="json", include={"description", "actions", "trigger"})
    trigger = dump["trigger"]
    trigger.pop("id", None)
    # Sets to Prefect: their order differs from process to process, and says nothing.
    for name in ("expect", "after"):
        trigger[name] = sorted(trigger[name])
    return dump


def _action(what: str, block: str | None) -> dict[str, str]:
    if block is None:
        return {"type": "do-nothing"}
    payload = _BODY.format(what=what)
    return {"type": "call-webhook", "block_document_id": block, "payload": payload}


def _webhook(url: str) -> str:
    """The id of the block that holds the address; an address on the clinic's own net is meant."""
    from prefect.blocks.webhook import Webhook
    from pydantic import SecretStr

    block = Webhook(url=SecretStr(url), allow_private_urls=True)
    return str(block.save(BLOCK, overwrite=True))
