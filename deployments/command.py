"""The `ptclinic` command: one file of `deployments/commands/` per verb, imported when it is used.

Exit codes: 0 ok, 1 failed, 2 usage, 3 a gate is closed.
"""

import ast
import importlib
import json
import resource
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from data_contracts.errors import UserError
from deployments.emergency import BREAK_GLASS

_COMMANDS = Path(__file__).parent / "commands"


class _Lazy(TyperCommand):
    """A command known by its file's name and docstring until somebody runs it."""

    def __init__(self, path: Path) -> None:
        document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        super().__init__(_verb(path), help=document, short_help=document.partition("\n")[0])
        self.path = path

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """The context of the real command, which is imported now."""
        return self.load().make_context(*args, **kwargs)

    def load(self) -> Any:
        """A module holds a function named like its file, or a Typer `app` of several commands."""
        module = importlib.import_module(f"deployments.commands.{self.path.stem}")
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer(add_completion=False)
            app.command(name=self.name, help=self.help)(getattr(module, self.path.stem))
        return typer.main.get_command(app)


class _Verbs(TyperGroup):
    """The verbs are the files of the folder: a new command is a new file and nothing else."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every verb."""
        return sorted(_files())

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        """A verb, not imported yet."""
        path = _files().get(cmd_name)
        return _Lazy(path) if path else None


app = typer.Typer(
    cls=_Verbs, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


BreakGlass = Annotated[
    str | None,
    typer.Option(
        "--break-glass",
        metavar="REASON",
        help="In an emergency, act beyond your role: written down, and shown to staff. No names.",
    ),
]


@app.callback()
def ptclinic(*, break_glass: BreakGlass = None) -> None:
    """Workflow automation for physical-therapy clinics."""
    BREAK_GLASS.set(break_glass)


def main() -> None:
    """Runs the command; an error nobody foresaw is told by class and place, never by its text."""
    # A core dump is the whole memory, people included; children inherit the limit.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        app()
    except UserError as error:
        _tell(getattr(error, "advice", "") or str(error), error.exit_code)
        sys.exit(error.exit_code)
    except Exception as error:
        wrong = _wrong_settings(error)
        _tell(wrong or _coded(error), 2 if wrong else 1)
        sys.exit(2 if wrong else 1)


def _wrong_settings(error: Exception) -> str:
    """Which variable is wrong and what it may be, never what it is; empty for other errors."""
    if getattr(error, "title", "") != "Settings":
        return ""
    problems: list[dict[str, Any]] = getattr(error, "errors", list)()
    return "\n".join(
        f"PTCLINIC_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in problems
    )


def _coded(error: Exception) -> str:
    """Text, causes, notes and local values of an error may hold a patient."""
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return f"unexpected {type(error).__name__} at {frames[-1]}; report this line to support"


def _tell(words: str, exit_code: int) -> None:
    if "--json" in sys.argv:
        problems = words.splitlines()
        typer.echo(json.dumps({"problems": problems, "exit_code": exit_code}, indent=2))
    else:
        typer.echo(words, err=True)


def _files() -> dict[str, Path]:
    return {_verb(path): path for path in _COMMANDS.glob("*.py") if path.stem != "__init__"}


def _verb(path: Path) -> str:
    """`import_.py` is `import`: Python keeps some words for itself."""
    return path.stem.rstrip("_").replace("_", "-")


if __name__ == "__main__":
    main()
