"""`ptclinic deploy` of many clinics on a real server: all new, nothing changed, one changed."""

import json
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import ROOT, Sample
from bench.place import make_clinic
from bench.site import prefect_server


def deploy(folder: Path, clinics: int) -> Sample:
    """Seconds for each; `facts` holds them."""
    with prefect_server(folder):
        for number in range(clinics):
            make_clinic(folder, f"clinic-{number:03d}")
        new = _deploy(created=4 * clinics)
        unchanged = _deploy(unchanged=4 * clinics)
        file = folder / "clinics" / "clinic-000.yaml"
        words = file.read_text(encoding="utf-8").replace("Demo Physical", "Other Physical")
        file.write_text(words, encoding="utf-8")
        changed = _deploy(changed=4)
    facts = {"unchanged": unchanged, "changed": changed, "each": new / (4 * clinics)}
    return Sample(wall=new, cpu=0.0, facts=facts)


def _deploy(**expected: int) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "deployments.command", "deploy", "--paused", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds = time.perf_counter() - started
    said = json.loads(done.stdout)
    if any(len(said[kind]) != count for kind, count in expected.items()):
        raise RuntimeError(f"expected {expected}, got { {k: len(said[k]) for k in expected} }")
    return seconds
