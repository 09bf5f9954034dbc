"""Documents keep their word: what they link to, tell to run or name as proof is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from data_contracts.message import MessageStatus
from data_contracts.verification import ErrandKind
from deployments.alarm import alarms
from deployments.command import app

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs/decisions"
RUNBOOKS = ROOT / "docs/runbooks"
FOLDERS = [one for one in ROOT.iterdir() if one.is_dir() and one.name[0] not in "._"]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md")]
    + [page for one in FOLDERS if one.name not in ("var", "build") for page in one.rglob("*.md")]
)
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
_MAKE = re.compile(r"(?:`|^|&& )make (?!a )([a-z]+)", re.MULTILINE)
_WORD = r"([a-z]+(?:-[a-z]+)*)"
_COMMAND = re.compile(rf"(?:`|^|&& )ptclinic {_WORD}(?: {_WORD}\b)?(.*)", re.MULTILINE)
_RUN = re.compile(r"ptclinic run ([\w-]+)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_PATH = re.compile(
    r"`((?:\.ci|bench|connectors|data_contracts|deployments|docs|flows|ledger|models|portal|rules"
    r"|sandbox|tasks|tests|warehouse)/[\w./-]+)`"
)
# Assembled, or this file would hold them itself.
_MACHINE = re.compile("|".join("/" + name + r"\b" for name in ("work", "tmp", "home/\\w+", "root")))


def text(document: Path) -> str:
    """The document as written."""
    return document.read_text(encoding="utf-8")


def made_up(path: str) -> bool:
    """Whether a path holds a placeholder in capitals, such as SLUG or NAME."""
    return re.search(r"(?<![A-Za-z])[A-Z][A-Z_]{2,}(?![A-Za-z])", Path(path).stem) is not None


@cache
def named_in(path: str) -> frozenset[str]:
    """The tests that a file defines."""
    body = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


@cache
def options_of(verb: str, part: str | None) -> frozenset[str] | None:
    """The options of a command, by its own word; None for one that does not exist."""
    verbs = get_command(app)
    command = verbs.get_command(None, verb)  # type: ignore[attr-defined]
    if command is None:
        return None
    real = command.load()
    inner = getattr(real, "commands", {})
    if inner and part is not None:
        real = inner.get(part)
    if real is None:
        return None
    return frozenset(option for one in real.params for option in (*one.opts, *one.secondary_opts))


def test_there_are_documents_to_look_at() -> None:
    names = {str(path.relative_to(ROOT)) for path in DOCUMENTS}
    assert {
        "README.md",
        "CHANGELOG.md",
        "DEVELOPERS.md",
        "docs/architecture.md",
        "docs/glossary.md",
        "docs/guarantees.md",
        "models/no_show/card.md",
        "sandbox/BEHAVIOUR.md",
    } <= names


@EACH
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in _LINK.findall(text(document)):
        if not link.startswith(("https://", "#")):
            assert (document.parent / link.partition("#")[0]).exists(), link


@EACH
def test_every_path_that_is_named_is_there(document: Path) -> None:
    for path in _PATH.findall(text(document)):
        assert made_up(path) or (ROOT / path).exists(), path


@EACH
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(_TARGET.findall(text(ROOT / "Makefile")))
    assert set(_MAKE.findall(text(document))) <= targets


@EACH
def test_every_command_that_is_named_exists_with_its_options(document: Path) -> None:
    for verb, part, rest in _COMMAND.findall(text(document)):
        known = options_of(verb, part or None)
        assert known is not None, f"ptclinic {verb} {part}"
        said = set(_OPTION.findall(rest.partition("`")[0].partition("#")[0]))
        assert said <= known, f"ptclinic {verb}: {said - known}"


@EACH
def test_every_flow_that_a_command_runs_exists(document: Path) -> None:
    for flow in _RUN.findall(text(document)):
        assert made_up(flow) or (ROOT / f"flows/{flow.replace('-', '_')}.py").exists(), flow


@EACH
def test_every_test_that_is_named_as_proof_exists(document: Path) -> None:
    for path, name in _PROOF.findall(text(document)):
        assert name in named_in(path), f"{path}::{name}"


def test_guarantees_name_a_proof_in_every_row() -> None:
    rows = [line for line in text(ROOT / "docs/guarantees.md").splitlines() if line[:2] == "| "]
    promises = [row for row in rows if not row.startswith(("| promise", "| ---"))]
    assert promises
    assert [row for row in promises if not _PROOF.search(row)] == []


@EACH
def test_no_document_knows_a_machine(document: Path) -> None:
    assert _MACHINE.findall(text(document)) == []


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_called_as_its_file_and_says_what_it_must(decision: Path) -> None:
    heading = text(decision).splitlines()[0]
    number, _, title = heading.removeprefix("# ").partition(" ")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    assert f"{int(number.rstrip('.')):04d}-{slug}" == decision.stem
    for part in ("Context", "Decision", "Consequences", "What would change our mind"):
        assert re.search(rf"^(\*\*|## ){part}", text(decision), re.MULTILINE), part


def test_no_two_decisions_share_a_number() -> None:
    numbers = [path.name[:4] for path in DECISIONS.glob("*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))
    assert all(number.isdigit() for number in numbers)


@pytest.mark.parametrize("alarm", sorted(alarms()))
def test_every_alarm_has_its_runbook(alarm: str) -> None:
    page = RUNBOOKS / f"run-{alarm.removeprefix('ptclinic-')}.md"
    assert f"`{alarm}`" in text(page)


def test_every_kind_of_staff_task_has_its_runbook() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("tasks", "ledger")
        for path in ROOT.glob(f"{room}/*.py")
    )
    kinds = set(re.findall(r'\bkind="(\w+)"', code))
    assert "call_patient" in kinds
    kinds |= set(ErrandKind)
    for kind in kinds:
        page = RUNBOOKS / f"{kind.replace('_', '-')}.md"
        assert f"`{kind}`" in text(page)


def test_the_life_of_a_message_is_told_with_all_its_states() -> None:
    told = text(ROOT / "docs/architecture.md")
    assert [status for status in MessageStatus if status.value not in told] == []
    assert [line for line in (MessageStatus.__doc__ or "").splitlines() if "──" in line] == [
        f"    {line}" for line in told.splitlines() if "──" in line
    ]


def test_the_words_are_told_once_each_in_the_order_of_the_alphabet() -> None:
    words = re.findall(r"^- \*\*(.+?)\*\*", text(ROOT / "docs/glossary.md"), re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(set(words))
