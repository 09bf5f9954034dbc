"""Every command that works in a clinic lets nobody in but by their role."""

import ast
from pathlib import Path

import pytest

COMMANDS = Path(__file__).parents[2] / "deployments" / "commands"
# No clinic's ledger, or nothing of anybody in it: what they do needs no role.
OPEN = {
    "attend.attend": "a service: it does what the flows do, as the system",
    "board.board": "a service: whoever comes has to sign in",
    "benchmark.benchmark": "the verb above `refresh`; it does nothing itself",
    "demo.demo": "a clinic of its own",
    "connect.connect": "the verb above `jane`; it does nothing itself",
    "deploy.deploy": "Prefect's own door is before it",
    "doctor.doctor": "checks that send and show nothing of anybody",
    "eligibility.eligibility": "the verb above `read`; it does nothing itself",
    "eligibility.read": "reads a file that whoever asks holds already, and nothing of a clinic",
    "new.new": "a file",
    "receive.receive": "a service: carriers sign what they say",
    "remittance.remittance": "the verb above `read`; it does nothing itself",
    "remittance.read": "reads a file that whoever asks holds already, and nothing of a clinic",
    "replies.replies": "the verb above `read`; it does nothing itself",
    "replies.read": "reads what stands on the command line, and nothing of a clinic",
    "sandbox.sandbox": "pretend vendors",
    "schema.schema": "a page",
    "value.value": "the verb above `show`; it does nothing itself",
    "consent.wording": "a standard text",
    "keys.create": "before it there is nothing to open; never over an old one",
}


def commands():
    """`file.function` of each command, with its body."""
    for path in sorted(COMMANDS.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _is_command(path.stem, node):
                yield f"{path.stem}.{node.name}", node, path


def _is_command(stem, node):
    marks = [ast.unparse(one) for one in node.decorator_list]
    return any("app.command" in mark for mark in marks) or node.name == stem


def _asks(node, path):
    """In itself, or in the one private function of its file that it hands over to."""
    called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    if called & {"admitted", "checked"}:
        return True
    own = {n.name: n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)}
    return any(name.startswith("_") and _asks(own[name], path) for name in called & set(own))


@pytest.mark.parametrize(
    ("name", "node", "path"), [pytest.param(*one, id=one[0]) for one in commands()]
)
def test_a_command_asks_or_says_why_it_need_not(name, node, path):
    assert _asks(node, path) or name in OPEN


def test_no_exception_is_left_over():
    found = {name: _asks(node, path) for name, node, path in commands()}
    assert {name for name, asks in found.items() if not asks} == set(OPEN)
