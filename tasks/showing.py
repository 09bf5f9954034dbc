"""Show a run's results in the Prefect UI: counts and pseudonyms, nothing of a patient."""

from prefect.artifacts import create_table_artifact

from tasks.book import Synced
from tasks.guard import guarded_task


@guarded_task(name="show-book")
def show_book(slug: str, synced: Synced) -> None:
    """One table of contracts for this batch; none where there was too little to judge."""
    if not synced.table:
        return
    create_table_artifact(
        table=[dict(row) for row in synced.table],
        key=f"contracts-{slug}",
        description=synced.words or None,
    )
