"""What payers say about therapy: read an answer, ask what is due, read again what is kept."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.errors import ImportRefused, UserError
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data_contracts.benefit import Answer
    from data_contracts.coverage import Network
    from tasks.verifying import Verified

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
    """What payers say about therapy: read an answer, ask what is due, read again what is kept."""


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


OneVisit = Annotated[
    str | None,
    typer.Option(
        "--visit", help="Ask about this one, due or not: its id, first letters, or the system's id."
    ),
]


@app.command()
def check(
    slug: SlugArgument, *, visit: OneVisit = None, now: Now = None, as_json: AsJson = False
) -> None:
    """Ask payers what is due now, as the flow does. No name is shown."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.verifying import verify

    with admitted(slug, Right.VERIFY_COVERAGE, Right.READ_COVERAGE) as here:
        found = verify(here, now or wall_clock(), visit)
    if as_json:
        show_json(_checked(slug, found))
        return
    rows = [(name.replace("_", " "), str(count)) for name, count in sorted(found.counts.items())]
    show_table(f"Insurance at {slug}", ["what", "count"], rows)
    if found.page is not None:
        lines = [(line.name, line.says, line.doubt) for line in found.page.lines]
        show_table("What the payer says of the visit", ["what", "says", "doubt"], lines)


def _checked(slug: str, found: "Verified") -> dict[str, object]:
    page = found.page
    said = [] if page is None else [line._asdict() for line in page.lines]
    return {"clinic": slug, "counts": dict(found.counts), "visit": said}


@app.command()
def replay(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Read the answers that are kept once more, about visits ahead; nobody is asked."""
    from deployments.admission import admitted
    from tasks.replaying import replay as read_again
    from tasks.room import wall_clock

    with admitted(slug, Right.VERIFY_COVERAGE) as here:
        counts = read_again(here, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "counts": dict(counts)})
        return
    rows = [(name.replace("_", " "), str(count)) for name, count in sorted(counts.items())]
    show_table(f"Answers at {slug}, read again", ["outcome", "count"], rows)


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
