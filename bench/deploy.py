"""`ptclinic deploy` of many clinics on a real server: all new, nothing changed, one changed."""

import json
import subprocess
import sys
import time
from pathlib import Path

import yaml

from bench.measure import ROOT, Sample
from bench.place import make_clinic
from bench.site import prefect_server


def deploy(folder: Path, clinics: int) -> Sample:
    """Seconds for each; `facts` holds them, and how many deployments there were."""
    each = len(yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"])
    count = each * clinics
    with prefect_server(folder):
        for number in range(clinics):
            make_clinic(folder, f"clinic-{number:03d}")
        new = _deploy(created=count)
        unchanged = _deploy(unchanged=count)
        file = folder / "clinics" / "clinic-000.yaml"
        words = file.read_text(encoding="utf-8").replace("Demo Physical", "Other Physical")
        file.write_text(words, encoding="utf-8")
        changed = _deploy(changed=each)
    facts = {"unchanged": unchanged, "changed": changed, "each": new / count, "count": count}
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
