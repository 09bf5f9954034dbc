"""The demo's own folder: a clinic file with today's ports, keys made for it, an environment."""

import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from deployments.demo.services import Addresses
from ledger.keys import create_master_key

SLUG = "demo"
_SOURCE = Path(__file__).parents[1] / "clinics" / f"{SLUG}.yaml"


def prepare(home: Path, where: Addresses) -> None:
    """A fresh folder with the clinic file and its master key."""
    for name in ("clinics", SLUG, "errors"):
        shutil.rmtree(home / name, ignore_errors=True)
    clinic: dict[str, Any] = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
    clinic["practice"]["base_url"] = where.cliniko
    clinic["channels"]["sms"]["base_url"] = where.twilio
    clinic["channels"]["voice"]["base_url"] = where.twilio
    clinic["channels"]["email"]["base_url"] = where.aws
    clinic["channels"]["public_url"] = where.receiver
    clinic["risk"]["weather_base_url"] = where.weather
    clinic["insurance"]["clearinghouse"]["base_url"] = f"{where.stedi}/2024-04-01"
    folder = home / "clinics"
    folder.mkdir(parents=True)
    (folder / f"{SLUG}.yaml").write_text(yaml.safe_dump(clinic, sort_keys=False), encoding="utf-8")
    create_master_key(home / SLUG / "master.key")


def environment(home: Path, where: Addresses) -> dict[str, str]:
    """What the flows read: where state is, and the pretend vendors' pretend secrets."""
    return {
        "PTCLINIC_HOME": str(home),
        "PTCLINIC_CLINICS": str(home / "clinics"),
        "DEMO_CLINIKO_KEY": where.api_key,
        "DEMO_TWILIO_ACCOUNT": where.twilio_account,
        "DEMO_TWILIO_TOKEN": where.twilio_token,
        "DEMO_SES_ACCESS_KEY": "sandbox",
        "DEMO_SES_SECRET_KEY": "sandbox",
        "DEMO_STEDI_KEY": where.clearinghouse_key,
        "PREFECT_API_URL": where.prefect,
    }


def prefect_environment(home: Path, port: int) -> dict[str, str]:
    """Prefect's own settings, for its server and for this process before it imports Prefect."""
    return os.environ | {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Steps of runs are recorded some at a time, at most a second later: else each event of each
        # is a transaction of its own.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "DO_NOT_TRACK": "1",
    }
