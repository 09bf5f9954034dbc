"""What a run shows in Prefect of the report: counts, rates and a picture; nothing of a patient."""

from base64 import b64encode
from typing import TYPE_CHECKING

from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
)

from data_contracts.clinic import Clinic

if TYPE_CHECKING:
    from warehouse.report.page import Built


def show_report(clinic: Clinic, built: "Built") -> None:
    """The run's artifacts: summary, tasks, how far the sprint is, the weeks, and the way there."""
    slug = clinic.slug
    create_markdown_artifact(built.summary, key=f"report-summary-{slug}")
    create_table_artifact(
        table=[
            {"do": one.what, "who": one.who, "why": one.why, "where": one.where}
            for one in built.todo
        ],
        key=f"this-week-{slug}",
        description="What to do this week",
    )
    if built.sprint_done is not None:
        create_progress_artifact(
            built.sprint_done, key=f"sprint-{slug}", description="Days of the sprint that are over"
        )
    if built.picture is not None:
        # In itself, not by an address: Prefect's page is signed in to nothing of ours.
        data = b64encode(built.picture).decode()
        create_image_artifact(
            f"data:image/png;base64,{data}",
            key=f"weeks-{slug}",
            description="No-show rate by week between its 3-sigma limits",
        )
    create_link_artifact(
        link=report_url(clinic) or built.path.as_uri(),
        key=f"report-{slug}",
        link_text="The owner's report",
    )


def report_url(clinic: Clinic) -> str | None:
    """Where the report is read, behind a sign-in; None where the file names no board."""
    board = clinic.board.public_url
    return f"{str(board).rstrip('/')}/{clinic.slug}/report" if board else None
