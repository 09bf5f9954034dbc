"""The no-show model: train it, judge it on later visits than it learnt from, show its card."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

from data_contracts.errors import UserError
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

TrainUntil = Annotated[
    datetime | None,
    typer.Option("--train-until", formats=["%Y-%m-%d"], help="Learn from visits up to this day."),
]
TestFrom = Annotated[
    datetime | None,
    typer.Option("--test-from", formats=["%Y-%m-%d"], help="Test on visits from this day."),
]
_SHOWN = ("rows", "rate", "auc", "ap", "brier", "log_loss", "ece", "top25_capture")

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


class HistoryTooShort(UserError):
    """There are not enough visits with a known outcome."""


@app.command()
def train(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Train, judge and put into use what is beyond doubt better."""
    from deployments.admission import admitted
    from tasks.loading import load_warehouse
    from tasks.room import wall_clock
    from tasks.training import train_champion

    moment = now or wall_clock()
    with admitted(slug, Right.TRAIN_MODEL) as here:
        load_warehouse(here, moment)
        kind, model_id, card = train_champion(here, moment)
    if as_json:
        show_json({"kind": kind, "model_id": model_id})
    else:
        typer.echo(card)


@app.command()
def evaluate(
    slug: SlugArgument,
    *,
    train_until: TrainUntil = None,
    test_from: TestFrom = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Every kind of model on visits later than those it learnt from; changes nothing in use.

    Without dates: up to four test periods of four weeks at the end of the history. What was not
    known yet when the first tested visit was decided is not learnt from, whatever the dates say.
    """
    from deployments.admission import admitted
    from models.no_show.evaluate import NotEnoughHistory
    from tasks.loading import load_warehouse
    from tasks.room import wall_clock
    from tasks.training import judge

    until, begin = _days(train_until, test_from)
    moment = now or wall_clock()
    with admitted(slug, Right.READ_MODEL) as here:
        load_warehouse(here, moment)
        try:
            result = judge(here, moment, until, begin)
        except NotEnoughHistory as error:
            raise HistoryTooShort(f"{slug}: {error}") from None
    if as_json:
        show_json(result)
    else:
        _tell(result)


@app.command()
def show(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """The card of the model in use: what it learnt from, how good it is, what it is not for."""
    from deployments.admission import admitted
    from ledger import records

    with admitted(slug, Right.READ_MODEL) as here:
        with here.ledger.read() as con:
            kept = records.cursor(con, "model")
        if kept is None:
            raise HistoryTooShort(f"{slug}: no model yet; run `ptclinic model train {slug}`")
        card = (here.ledger.home / "models" / kept["model_id"]).with_suffix(".md")
        words = card.read_text(encoding="utf-8")
    if as_json:
        show_json(kept)
    else:
        typer.echo(words)


def _days(
    train_until: datetime | None, test_from: datetime | None
) -> tuple[date | None, date | None]:
    if train_until and test_from and test_from <= train_until:
        raise typer.BadParameter("--test-from must be later than --train-until")
    return train_until.date() if train_until else None, test_from.date() if test_from else None


def _tell(result: dict[str, Any]) -> None:
    rows = [
        [kind, part, *(_number(numbers[name]) for name in _SHOWN), _interval(numbers)]
        for kind, parts in result["models"].items()
        for part, numbers in parts.items()
    ]
    show_table("On later visits", ["model", "visits", *_SHOWN, "auc 95 %"], rows)
    typer.echo(f"Would be in use: {result['promoted']}")


def _interval(numbers: dict[str, Any]) -> str:
    low, high = numbers["auc_interval"] or (None, None)
    return f"{_number(low)}-{_number(high)}"


def _number(value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
