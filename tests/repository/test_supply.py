"""What we are made of: each package of the lock by version and hash, and all of it in the bill."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PIN = re.compile(r"^([a-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", re.MULTILINE)


def locked() -> dict[tuple[str, str], set[str]]:
    """Hashes by name and version."""
    found: dict[tuple[str, str], set[str]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8")):
        pin = _PIN.match(block)
        if pin:
            name = pin[1].partition("[")[0]
            found[name, pin[2]] = set(re.findall(r"sha256:([0-9a-f]{64})", block))
    return found


def test_every_package_of_the_lock_has_its_hashes() -> None:
    assert len(locked()) > 100
    assert [pin for pin, hashes in locked().items() if not hashes] == []


@pytest.mark.slow
def test_the_bill_of_materials_names_every_package_of_the_lock(tmp_path: Path) -> None:
    bill = tmp_path / "sbom.json"
    command = ["cyclonedx_py", "requirements", "--of", "JSON", "-o", str(bill), "requirements.lock"]
    subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, check=True, capture_output=True, timeout=120
    )
    content = json.loads(bill.read_text(encoding="utf-8"))
    assert content["bomFormat"] == "CycloneDX"
    named = {
        (one["name"], one["version"]): {
            told["content"]
            for reference in one["externalReferences"]
            for told in reference.get("hashes", [])
        }
        for one in content["components"]
    }
    assert named == locked()
