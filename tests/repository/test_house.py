"""The house keeps its shape: layers, sizes, names, and nothing of the machine it was built on."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BESIDE = {"bench", "docs", "tests", "var"}
"""Folders that are no package of the product."""

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
# Vendors' words stay in one place; Prefect's in three.
ONLY_IN = {
    "twilio": {"connectors", "portal"},
    "boto3": {"connectors"},
    "botocore": {"connectors"},
    "paramiko": {"connectors"},
    "duckdb": {"warehouse"},
    "great_expectations": {"data_contracts"},
    "xgboost": {"models"},
    "sqlcipher3": {"ledger"},
}
HEAVY = ("pandas", "xgboost", "great_expectations", "sklearn", "scipy", "altair")
HEAVY += ("twilio", "boto3", "paramiko")
DEMO, MIGRATIONS = "deployments/demo/", "ledger/migrations/"
"""The demo sets the pretend vendors up; a migration lists tables, one call each."""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that a newcomer gets or will get."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file())


@dataclass
class Module:
    """What a module's text says of it; its tree, which is large, is not kept."""

    name: str
    lines: int
    document: str | None
    imports: set[str] = field(default_factory=set)
    """The top-level names of everything it imports."""
    at_run_time: set[str] = field(default_factory=set)
    """Those but for what it imports for types alone."""
    relative: int = 0
    functions: list[tuple[int, str, int]] = field(default_factory=list)
    """First line, name and length of each."""

    @property
    def top(self) -> str:
        """The folder at the top that it lies in."""
        return self.name.split("/")[0]

    def take(self, node: ast.AST, is_typing: bool) -> None:
        """What one node adds."""
        match node:
            case ast.Import():
                self._name({alias.name.partition(".")[0] for alias in node.names}, is_typing)
            case ast.ImportFrom():
                self.relative += bool(node.level)
                self._name({(node.module or "").partition(".")[0]} - {""}, is_typing)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                length = (node.end_lineno or 0) - node.lineno + 1
                self.functions.append((node.lineno, node.name, length))

    def _name(self, names: set[str], is_typing: bool) -> None:
        self.imports |= names
        if not is_typing:
            self.at_run_time |= names


def each_node(node: ast.AST, is_typing: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below, and whether it stands there for types alone."""
    todo = [(node, is_typing)]
    while todo:
        one, here = todo.pop()
        yield one, here
        if isinstance(one, ast.If) and ast.unparse(one.test) == "TYPE_CHECKING":
            todo += [(child, True) for child in one.body]
            todo += [(child, here) for child in one.orelse]
        else:
            todo += [(child, here) for child in ast.iter_child_nodes(one)]


@cache
def python() -> tuple[Module, ...]:
    """Every module that a newcomer gets, read once."""
    return tuple(read_module(path) for path in tracked() if path.suffix == ".py")


def read_module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    made = Module(str(path.relative_to(ROOT)), len(text.splitlines()), ast.get_docstring(tree))
    for node, is_typing in each_node(tree):
        made.take(node, is_typing)
    return made


def packages() -> set[str]:
    """The folders of code at the top."""
    tops = {path.relative_to(ROOT).parts[0] for path in tracked() if path.suffix == ".py"}
    return {top for top in tops if (ROOT / top).is_dir()} - BESIDE


def test_there_is_a_house_to_look_at():
    assert {"flows", "tasks", "rules", "ledger", "connectors"} <= packages()
    assert len(python()) > 100


def test_every_package_stands_under_the_contracts():
    contracts = PROJECT["tool"]["importlinter"]
    assert set(contracts["root_packages"]) == packages()
    layers = next(one for one in contracts["contracts"] if one["type"] == "layers")["layers"]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    assert named | {"sandbox"} == packages()


def test_every_package_is_installed_and_typed():
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.rstrip("*") for name in found} == packages()
    assert set(PROJECT["tool"]["mypy"]["packages"]) == packages()


@pytest.mark.slow
def test_imports_point_down():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_only_flows_tasks_and_deployments_import_prefect():
    users = {one.top for one in python() if "prefect" in one.imports}
    assert users - BESIDE <= {"flows", "tasks", "deployments"}


@pytest.mark.parametrize("vendor", ONLY_IN)
def test_a_vendors_package_is_imported_in_one_place(vendor):
    users = {
        one.top for one in python() if vendor in one.at_run_time and not one.name.startswith(DEMO)
    }
    assert users - BESIDE <= ONLY_IN[vendor]
    assert users - BESIDE, "nobody uses it: take it out of the table"


@pytest.mark.slow
@pytest.mark.prefect
def test_a_flow_starts_without_anything_heavy():
    flows = sorted(path.stem for path in (ROOT / "flows").glob("*.py") if path.stem[0] != "_")
    assert flows
    lines = [f"import flows.{name}" for name in flows]
    check = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*lines, check])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_file_is_longer_than_a_person_reads():
    long = [(one.name, one.lines) for one in python() if one.lines > LONGEST_FILE]
    assert long == []


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{one.name}:{line} {name}"
        for one in python()
        if not one.name.startswith(MIGRATIONS)
        for line, name, length in one.functions
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_there_is_no_drawer_for_everything():
    names = {part for one in python() for part in Path(one.name).with_suffix("").parts}
    assert names & DRAWERS == set()


def test_every_package_and_module_says_what_it_is():
    silent = [one.name for one in python() if one.top not in BESIDE and not one.document]
    assert silent == []


def test_imports_are_absolute():
    assert [one.name for one in python() if one.relative] == []


def test_nothing_in_the_tree_knows_a_machine():
    """A path of somebody's disk, or a private package registry."""
    folders = "|".join(["work", "tmp", "root", "home"])
    path = re.compile(rf"(?<![\w.:/*$}}~-])/(?:{folders})/[\w.]+/?")
    found = [
        f"{one.relative_to(ROOT)}: {match.group()}"
        for one in tracked()
        if one.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".sh", ".lock", ".sql", ""}
        for match in path.finditer(one.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock, "no registry's address"
    assert "--hash=sha256:" in lock
