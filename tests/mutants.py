"""`python -m tests.mutants`: take away each gate in turn, and see that a test fails.

A copy of the code is changed, never this tree. Exit 1 where a gate is gone and nothing is red.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from rules.gates import GATES

_ROOT = Path(__file__).resolve().parent.parent
_NEEDED = ("rules", "data_contracts", "connectors", "tests", "pyproject.toml")
_JUDGES = ("tests/spec/test_gates.py", "tests/spec/test_ladder.py")


def main() -> int:
    """0 where every gate is missed by some test."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in _NEEDED:
            source = _ROOT / name
            copied = shutil.copytree if source.is_dir() else shutil.copy
            copied(source, copy / name)
        whole = _failures(copy)
        if whole != 0:
            Console().print("the tests fail with every gate in place; mend that first")
            return 1
        names = [gate.__name__ for gate in GATES]
        found = {name: _without(copy, name) for name in track(names, "without each gate")}
    table = Table("gate taken away", "tests that fail")
    for name, failures in found.items():
        table.add_row(name, str(failures) if failures else "NONE")
    Console().print(table)
    missed = sum(1 for failures in found.values() if failures)
    Console().print(f"{missed} of {len(found)} gates are missed by a test")
    return int(missed < len(found))


def _without(copy: Path, gate: str) -> int:
    path = copy / "rules/gates.py"
    text = path.read_text(encoding="utf-8")
    head, order = text.rsplit("GATES: tuple", 1)
    changed = order.replace(f"    {gate},\n", "", 1)
    if changed == order:
        raise RuntimeError(f"rules/gates.py lists {gate} in a way that this script does not know")
    path.write_text(f"{head}GATES: tuple{changed}", encoding="utf-8")
    try:
        return _failures(copy)
    finally:
        path.write_text(text, encoding="utf-8")


def _failures(copy: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_JUDGES]
    run = subprocess.run(
        command,
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return sum(line.startswith("FAILED") for line in run.stdout.splitlines()) or int(
        run.returncode != 0
    )


if __name__ == "__main__":
    sys.exit(main())
