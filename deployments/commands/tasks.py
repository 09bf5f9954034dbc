"""The call list: what waits for a person at the clinic, and how each line ended."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table
from tasks.call_list import Outcome

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tasks.call_list import StaffTask


class _ListUnlessSaid(TyperGroup):
    """`ptclinic tasks SLUG` is `ptclinic tasks list SLUG`: what is asked most is the shortest."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts `list` before anything that is no verb of ours."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_ListUnlessSaid, no_args_is_help=True, add_completion=False, help=__doc__)

All = Annotated[bool, typer.Option("--all", help="Those that are done, too.")]
Names = Annotated[
    bool,
    typer.Option(
        "--names",
        help="First name, number and the words of a reply; on a terminal only, never into a file.",
    ),
]
Task = Annotated[str, typer.Argument(metavar="TASK", help="The task's id or its first letters.")]
Ended = Annotated[Outcome, typer.Option("--outcome", help="How it ended.")]


@app.command("list")
def list_(
    slug: SlugArgument, *, every: All = False, names: Names = False, as_json: AsJson = False
) -> None:
    """Oldest due first, in the clinic's time. `list` may be left out."""
    from deployments.admission import admitted
    from tasks.call_list import staff_lines

    # Decrypted names must not end in a file, a pipe or another program's log.
    if names and (as_json or not sys.stdout.isatty()):
        raise typer.BadParameter("--names is for a terminal: no --json, no pipe and no file")
    rights = (Right.LIST_TASKS, Right.READ_NAMES) if names else (Right.LIST_TASKS,)
    with admitted(slug, *rights) as here:
        found = staff_lines(here, with_done=every, with_names=names)
        zone = here.clinic.zone
    if as_json:
        show_json({"clinic": slug, "tasks": [_document(one, zone) for one in found]})
        return
    columns = ["task", "kind", "reason", "due", "visit", "starts"]
    columns += ["ended"] if every else []
    columns += ["first name", "number", "reply"] if names else []
    rows = [_row(one, zone, every=every, names=names) for one in found]
    show_table(f"{slug}: {len(found)} for staff", columns, rows)


@app.command()
def done(
    slug: SlugArgument, task: Task, *, outcome: Ended, now: Now = None, as_json: AsJson = False
) -> None:
    """Mark one line as done, once; a second time changes nothing and says so."""
    from deployments.admission import admitted
    from tasks.call_list import finish
    from tasks.room import wall_clock

    with admitted(slug, Right.FINISH_TASK) as here:
        task_id = finish(here, task, outcome, now or wall_clock())
    if as_json:
        show_json({"task": task_id, "outcome": outcome.value})
    else:
        typer.echo(f"Done: {task_id[:8]}, {outcome.value}")


def _row(one: "StaffTask", zone: "ZoneInfo", *, every: bool, names: bool) -> list[str]:
    starts = _clock(one.starts_at, zone)
    # Whoever calls must not remind of a visit that is off by now.
    if one.visit_status not in (None, "booked"):
        starts += f" ({one.visit_status})"
    visit = one.visit_id[:8] if one.visit_id else "-"
    starts += "".join(f" and {at.astimezone(zone):%H:%M}" for at in one.also_at)
    cells = [one.task_id[:8], one.kind, one.words, _clock(one.due_at, zone), visit, starts]
    if every:
        cells.append(f"{one.outcome}, {_clock(one.done_at, zone)}" if one.done_at else "-")
    if names:
        cells += [_plain(one.names), _plain(one.numbers), _plain(one.reply)]
    return cells


def _plain(words: str | None) -> str:
    # A stranger writes replies: no letter of theirs may steer the terminal.
    return "".join(one if one.isprintable() else " " for one in words or "-")


def _document(one: "StaffTask", zone: "ZoneInfo") -> dict[str, Any]:
    return {
        "task": one.task_id,
        "kind": one.kind,
        "reason": one.reason,
        "words": one.words,
        "due_at": _local(one.due_at, zone),
        "visit": one.visit_id,
        "visit_starts_at": _local(one.starts_at, zone),
        "also_starts_at": [_local(at, zone) for at in one.also_at],
        "visit_status": one.visit_status,
        "done_at": _local(one.done_at, zone),
        "outcome": one.outcome,
    }


def _clock(moment: datetime | None, zone: "ZoneInfo") -> str:
    return f"{moment.astimezone(zone):%a %b %d %H:%M}" if moment else "-"


def _local(moment: datetime | None, zone: "ZoneInfo") -> str | None:
    return moment.astimezone(zone).isoformat(timespec="minutes") if moment else None
