"""What a sprint is worth in dollars: the bridge, its spread, and the rows behind each step."""

from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.right import Right
from data_contracts.value import RowSet
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from data_contracts.value import Assumption, BridgeStep, SeenPart, Spread, Value

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Sprint = Annotated[
    str | None, typer.Option("--sprint", metavar="NAME", help="Which sprint; else the newest.")
]
Line = Annotated[RowSet, typer.Argument(metavar="LINE", help=", ".join(RowSet))]


@app.callback()
def value() -> None:
    """What a sprint is worth in dollars."""


@app.command()
def show(
    slug: SlugArgument, *, sprint: Sprint = None, now: Now = None, as_json: AsJson = False
) -> None:
    """The bridge from gross to net with its spread, and each assumption with its source."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.valuing import sprint_value

    with admitted(slug, Right.READ_MONEY) as here:
        found = sprint_value(here, now or wall_clock(), sprint)
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    title = f"{slug}, {found.sprint}: {found.since} to {found.until}"
    show_table(title, ["step", "median", "80 %", "95 %", "rows", "what"], map(_step, found.bridge))
    columns = ["assumption", "value", "from", "source"]
    show_table("Rests on", columns, map(_assumption, found.assumptions))
    columns = ["beside it", "visits", "amount", "what it is"]
    show_table("Seen in the books, not added", columns, map(_seen, found.seen))
    for words in _sentences(found):
        typer.echo(words)


@app.command()
def rows(
    slug: SlugArgument,
    line: Line,
    *,
    sprint: Sprint = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Every row that a step was counted from, by pseudonym; who opens them is in the audit."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.valuing import open_rows

    with admitted(slug, Right.READ_MONEY) as here:
        found = open_rows(here, now or wall_clock(), line, sprint)
    if as_json:
        show_json({"line": line.value, "rows": found})
        return
    if not found:
        typer.echo(f"{slug}: no row stands behind {line.value}")
        return
    columns = list(found[0])
    show_table(
        f"{slug}: {len(found)} rows of {line.value}",
        columns,
        ([_cell(one[name]) for name in columns] for one in found),
    )


def _step(step: "BridgeStep") -> list[str]:
    return [step.title, *_spread(step.cents), str(step.rows or "-"), step.words]


def _spread(cents: "Spread | None") -> list[str]:
    from warehouse.value.say import money

    if cents is None:
        return ["not known", "-", "-"]
    return [
        money(cents.median),
        f"{money(cents.low_80)} to {money(cents.high_80)}",
        f"{money(cents.low_95)} to {money(cents.high_95)}",
    ]


def _assumption(one: "Assumption") -> list[str]:
    from warehouse.value.say import assumed

    return [one.title, assumed(one), one.origin.value, one.source]


def _seen(part: "SeenPart") -> list[str]:
    from warehouse.value.say import money

    visits = "-" if part.visits is None else f"{part.visits:,}"
    return [part.title, visits, "-" if part.cents is None else money(part.cents), part.words]


def _sentences(found: "Value") -> list[str]:
    return [found.words, f"{found.annual_words}.", found.rule, *(f"{one}." for one in found.unsaid)]


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
