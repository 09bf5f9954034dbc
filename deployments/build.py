"""The steps that prefect.yaml names: fill in a clinic to deploy it, find the code to run it."""

import ast
import hashlib
import importlib.util
import os
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.clinic import Clinic
from data_contracts.clinic_file import content_hash, load_clinic
from data_contracts.errors import UserError
from data_contracts.settings import Settings

ROOT = Path(__file__).parent.parent
PREFECT_FILE = ROOT / "prefect.yaml"


def clinic_config(slug: str | None = None) -> dict[str, Any]:
    """What prefect.yaml's placeholders stand for; raises UserError or ClinicFileError."""
    if not slug or slug.startswith("{{"):
        # Prefect only warns of an unset variable, and would deploy a clinic without a name.
        raise UserError("CLINIC is not set; say which: CLINIC=northside prefect deploy --all")
    settings = Settings()
    clinic = load_clinic(settings.clinics / f"{slug}.yaml")
    return placeholders(clinic, is_active=not settings.paused)


def enter_project() -> dict[str, str]:
    """Makes the project's folder the working one; Prefect changes to the `directory` returned."""
    os.chdir(ROOT)
    return {"directory": str(ROOT)}


def placeholders(clinic: Clinic, *, is_active: bool = True) -> dict[str, Any]:
    """The typed values of one clinic; crons are in its own zone, minutes spread over clinics."""
    spread = int.from_bytes(hashlib.sha256(clinic.slug.encode()).digest()[:4])
    minute, quarter = spread % 60, spread % 15
    waking = f"{clinic.quiet_hours.end.hour - 1}-{clinic.quiet_hours.start.hour}"
    quarters = ",".join(str(quarter + step) for step in (0, 15, 30, 45))
    after = ",".join(str((quarter + 4) % 15 + step) for step in (0, 15, 30, 45))
    between = ",".join(str((quarter + 7) % 15 + step) for step in (0, 15, 30, 45))
    return {
        "slug": clinic.slug,
        "name": clinic.name,
        "timezone": clinic.timezone,
        "version": version(clinic, is_active=is_active),
        "is_active": is_active,
        # Nothing between 01:00 and 03:00, which a clock change may skip or repeat; and those
        # that write the warehouse each have an hour of their own.
        "reminders_cron": f"{quarters} {waking} * * *",
        # Halfway between: what no wake-up carried waits eight minutes at the most.
        "sweep_cron": f"{between} {waking} * * *",
        # Often: who accepts within minutes is who gets a time of today.
        "slots_cron": f"{spread % 5}-59/5 {waking} * * *",
        "fills_slots": is_active and clinic.waiting_list is not None,
        # Beside the reminders and the sweep: what a payer could not say is asked again, and what is
        # two days ahead comes due at midnight.
        "verify_cron": f"{after} {waking} * * *",
        "verifies": is_active and clinic.insurance is not None,
        "sync_cron": f"{minute} 3 * * *",
        "train_cron": f"{minute} 4 * * 0",
        "benchmarks_cron": f"{minute} 5 * * *",
        # The owner begins the week with it; the morning's figures are there by then.
        "weekly_report_cron": f"{minute} 7 * * 1",
        "tells_owner": is_active and clinic.owner_email is not None,
        "retention_cron": f"{minute} 6 1 * *",
        "audit_cron": f"{minute} 0 * * *",
        # The day is over; and an erasure that is ended with it may write the warehouse, too.
        "backup_cron": f"{minute} 23 * * *",
        # The day's notes are written, and the night's own work has not begun.
        "claims_cron": f"{minute} 21 * * *",
        # Answers come at any hour; an acknowledgement before noon leaves the day to mend in.
        "remittances_cron": f"{(minute + 30) % 60} 7,10,13,16,19,22 * * *",
        "files_claims": is_active and clinic.claims is not None,
        # Also between 01:00 and 03:00: a clock change costs one of many, and an hour without any
        # would cost the clinic's consent.
        "connection_cron": f"{spread % 10}-59/10 * * * *",
        "keeps_connection": is_active and clinic.practice.system == "jane",
    }


def version(clinic: Clinic, *, is_active: bool = True) -> str:
    """Changes with whatever a deployment is made of: clinic file, prefect.yaml, flow signatures."""
    parts = (content_hash(clinic), _definitions(), str(is_active))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def _definitions() -> str:
    text = PREFECT_FILE.read_text(encoding="utf-8")
    entrypoints = sorted({line.split()[-1] for line in text.splitlines() if "entrypoint:" in line})
    return text + "\n".join(_signature(entrypoint) for entrypoint in entrypoints)


def _signature(entrypoint: str) -> str:
    """A flow's decorators and parameters, read without importing it: imports cost seconds."""
    module, _, name = entrypoint.rpartition(".")
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise UserError(f"{PREFECT_FILE}: there is no {module}; mend the entrypoint {entrypoint}")
    for node in ast.parse(Path(found.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return "\n".join([entrypoint, *map(ast.dump, node.decorator_list), ast.dump(node.args)])
    raise UserError(f"{PREFECT_FILE}: {module} has no {name}; mend the entrypoint {entrypoint}")
