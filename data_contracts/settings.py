"""Where this installation keeps its state and finds its clinics, and how a secret is read."""

import os
import stat
from pathlib import Path

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

from data_contracts.deed import Role
from data_contracts.errors import SecretMissing


class Settings(BaseSettings):
    """Settings of one installation, from `PTCLINIC_*` variables; nothing of a clinic is here."""

    model_config = SettingsConfigDict(env_prefix="PTCLINIC_", frozen=True)

    home: Path = Field(Path("var"), description="ledgers, warehouses, reports: the state")
    clinics: Path = Field(Path("deployments/clinics"), description="the folder of clinic files")
    metrics: Path | None = Field(
        None, description="a folder of metric files of your own; a namesake replaces ours"
    )
    ledger_url: str | None = Field(
        None, description="postgresql+psycopg://... for all clinics; None: a SQLCipher file each"
    )
    user: str | None = Field(
        None, max_length=40, description="who acts, for the audit; None: the machine's account"
    )
    role: Role = Field(Role.CONSULTANT, description="as what: it decides what a command may do")
    paused: bool = Field(False, description="deploy with every schedule switched off")
    alert_url: HttpUrl | None = Field(
        None,
        description="gets a POST when a run failed, is stuck or late; None: see Prefect's feed",
    )

    def secret(self, name: str) -> str:
        """The secret in NAME, or in the file that NAME_FILE names; raises SecretMissing, loudly."""
        value = os.environ.get(name)
        if value is not None:
            return _given(value, f"{name} is set but empty; set it, or use {name}_FILE")
        path = os.environ.get(f"{name}_FILE")
        if path is None:
            raise SecretMissing(
                f"{name} is not set; set {name}, or {name}_FILE to a file that holds it (mode 0600)"
            )
        return _given(_read(name, Path(path)), f"{name}_FILE: {path} is empty; write to it")


def _given(value: str, otherwise: str) -> str:
    if not value.strip():
        raise SecretMissing(otherwise)
    return value.strip()


def _read(name: str, path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o177:
            raise SecretMissing(
                f"{name}_FILE: others may use {path} (mode {mode:04o}); run: chmod 600 {path}"
            )
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        words = "is not UTF-8 text; write the secret alone to it"
    except OSError as error:
        words = f"cannot be read ({error.strerror}); check the path and who owns it"
    raise SecretMissing(f"{name}_FILE: {path} {words}")
