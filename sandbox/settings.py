"""What one sandbox is made of; every field is also an option of `python -m sandbox`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Settings:
    """A sandbox: clinic, pretend credentials, limits. Equal settings, equal history."""

    seed: int = 7
    patients: int = 200
    start: date = date(2026, 1, 5)
    history_days: int = 365
    timezone: str = "America/Denver"
    rate_limit: int = 200
    lag_seconds: float = 0.0
    api_key: str = "MS0xLXNhbmRib3g-au1"
    jane_client: str = "sandbox-partner"
    jane_secret: str = "sandbox-partner-secret"
    jane_access_seconds: int = 300
    jane_refresh_seconds: int = 1800
    jane_rate_limit: int = 100
    twilio_sid: str = "AC0123456789abcdef0123456789abcdef"
    twilio_token: str = "sandbox-token"
    clearinghouse_user: str = "sandbox-clinic"
    clearinghouse_password: str = "sandbox-clinic-password"
    clearinghouse_account: str = "sandbox-account"
    clearinghouse_key: str = "sandbox-clearinghouse-key"
    claims_folder: str = ""
