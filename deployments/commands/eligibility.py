"""What a payer's eligibility answer says about therapy: status, cost, visits, authorization."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.errors import ImportRefused, UserError
from deployments.option import AsJson
from deployments.show import show_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data_contracts.benefit import Answer
    from data_contracts.coverage import Network

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

File = Annotated[Path, typer.Argument(metavar="FILE", help="An answer (X12 271) as it came.")]
Day = Annotated[
    datetime | None,
    typer.Option(
        "--service-on",
        formats=["%Y-%m-%d"],
        help="The day of the visit; else the day that the answer is for.",
    ),
]


class InOrOut(StrEnum):
    """Whether the clinic belongs to the plan's network."""

    IN = "in"
    OUT = "out"


Side = Annotated[
    InOrOut | None,
    typer.Option(
        "--network", help="Whether the clinic is in the plan's network; else in, and said."
    ),
]
Tier = Annotated[
    str | None, typer.Option("--tier", help="Words that mark the clinic's tier, such as TIER 1.")
]
Own = Annotated[
    int | None,
    typer.Option(
        "--own-visits", min=0, help="Visits of the limit's period that you gave yourself."
    ),
]
Sources = Annotated[
    bool, typer.Option("--sources", help="Show the segment behind every figure as well.")
]
All = Annotated[
    bool, typer.Option("--all", help="Read answers about several patients, in their order.")
]


@app.callback()
def eligibility() -> None:
    """What a payer's eligibility answer says about therapy: status, cost, visits, authorization."""


@app.command()
def read(
    file: File,
    *,
    service_on: Day = None,
    network: Side = None,
    tier: Tier = None,
    own_visits: Own = None,
    sources: Sources = False,
    every: All = False,
    as_json: AsJson = False,
) -> None:
    """Nothing is kept or logged, and no name is shown."""
    from deployments.coverage_page import document, show_page
    from rules.coverage import summarize

    answers = _answers(file, every=every)
    found = [
        summarize(one, _day(one, service_on), _network(network), tier, own_visits)
        for one in answers
    ]
    if as_json:
        documents = [
            document(summary, answer.warnings, with_sources=sources)
            for answer, summary in zip(answers, found, strict=True)
        ]
        show_json(documents if every or len(documents) > 1 else documents[0])
        return
    for answer, summary in zip(answers, found, strict=True):
        show_page(summary, answer.warnings, with_sources=sources)


def _answers(file: Path, *, every: bool) -> "Sequence[Answer]":
    from connectors.x12.benefit_271 import read_answers
    from connectors.x12.errors import X12Error
    from rules.answer_match import each_patient, patients_of

    try:
        answers = read_answers(file.read_bytes())
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror})") from None
    except X12Error as error:
        raise ImportRefused(f"{file.name}: {error}") from None
    count = patients_of(answers)
    if count > 1 and not every:
        words = f"{file.name}: it speaks of {count} patients; say --all to read every one"
        raise ImportRefused(words)
    return each_patient(answers)


def _day(answer: "Answer", given: datetime | None) -> date:
    from rules.coverage_dates import day_asked

    return given.date() if given else day_asked(answer) or _today()


def _today() -> date:
    return datetime.now().astimezone().date()


def _network(side: InOrOut | None) -> "Network":
    from data_contracts.coverage import Network

    return Network.NOT_STATED if side is None else Network(side.value)
