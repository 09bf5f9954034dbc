"""How commands print: one JSON document, or a table for people; progress goes to stderr."""

import json
from collections.abc import Iterable, Sequence

import typer


def show_json(document: object) -> None:
    """The document on stdout, sorted, so that two runs can be compared."""
    typer.echo(json.dumps(document, indent=2, sort_keys=True, default=str))


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people; cells are text, never markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
