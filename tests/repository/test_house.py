"""The house keeps its shape: layers, sizes, names, and nothing of the machine it was built on."""

import ast
import re
import subprocess
import sys
import tomllib
from copy import deepcopy
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


@cache
def python() -> tuple[tuple[str, ast.Module], ...]:
    """Every module by its path, parsed."""
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for path in tracked()
        if path.suffix == ".py"
    )


def packages() -> set[str]:
    """The folders of code at the top."""
    tops = {path.relative_to(ROOT).parts[0] for path in tracked() if path.suffix == ".py"}
    return {top for top in tops if (ROOT / top).is_dir()} - BESIDE


def imported(tree: ast.Module) -> set[str]:
    """The top-level names of everything a module imports at run time."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


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
    users = {name.split("/")[0] for name, tree in python() if "prefect" in imported(tree)}
    assert users - BESIDE <= {"flows", "tasks", "deployments"}


@pytest.mark.parametrize("vendor", ONLY_IN)
def test_a_vendors_package_is_imported_in_one_place(vendor):
    users = {
        name.split("/")[0]
        for name, run_time in _at_run_time()
        if vendor in run_time and not name.startswith(DEMO)
    }
    assert users - BESIDE <= ONLY_IN[vendor]
    assert users - BESIDE, "nobody uses it: take it out of the table"


@cache
def _at_run_time() -> tuple[tuple[str, set[str]], ...]:
    """What each module imports, apart from what it imports for types alone."""
    return tuple((name, imported(_without_types(tree))) for name, tree in python())


def _without_types(tree: ast.Module) -> ast.Module:
    own = deepcopy(tree)
    for node in ast.walk(own):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return own


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
    long = [
        (name, lines)
        for name, _ in python()
        if (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in python()
        if not name.startswith(MIGRATIONS)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_there_is_no_drawer_for_everything():
    names = {part for name, _ in python() for part in Path(name).with_suffix("").parts}
    assert names & DRAWERS == set()


def test_every_package_and_module_says_what_it_is():
    silent = [
        name
        for name, tree in python()
        if name.split("/")[0] not in BESIDE and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_imports_are_absolute():
    relative = [
        name
        for name, tree in python()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


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
