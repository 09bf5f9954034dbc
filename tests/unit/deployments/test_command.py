"""The command starts fast, and says what is wrong in words and in its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def ptclinic(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    return subprocess.run(
        [sys.executable, "-m", "deployments.command", *words],
        cwd=ROOT,
        env={**environment, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_verb_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['ptclinic', '--help']\n"
        "from deployments.command import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'prefect', 'pandas', 'sqlalchemy', 'duckdb', 'twilio', 'boto3', 'xgboost'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout
    for verb in ("deploy", "doctor", "new"):
        assert f" {verb} " in done.stdout


def test_an_unknown_verb_is_a_usage_error() -> None:
    assert ptclinic("deplo").returncode == 2


@pytest.mark.slow
def test_what_a_person_can_mend_has_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("slug: b\n")
    done = ptclinic("deploy", PTCLINIC_CLINICS=str(tmp_path))
    assert done.returncode == 2
    assert f"{tmp_path / 'a.yaml'}:1: slug must be the file's name" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_json_stays_json_when_it_fails() -> None:
    done = ptclinic("deploy", "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["exit_code"] == 1
    assert "PREFECT_API_URL" in answer["problems"][0]
