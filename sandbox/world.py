"""Everything one running sandbox knows, behind one lock."""

import threading
from collections import Counter
from pathlib import Path

from sandbox.clearinghouse.claim_desk import ClaimDesk
from sandbox.clearinghouse.claim_folder import ClaimFolder
from sandbox.clearinghouse.hub import Hub
from sandbox.clearinghouse.token import Tokens
from sandbox.clearinghouse.used_visits import UsedVisits
from sandbox.clinic.engine import Clinic
from sandbox.clinic.insurer import Insurer
from sandbox.clinic.visit import Visit
from sandbox.cliniko.communication import Communications
from sandbox.faults import FaultBook
from sandbox.jane.desk import JaneDesk
from sandbox.jane.identity import public_id
from sandbox.settings import Settings
from sandbox.twilio.callback import CallbackWorker
from sandbox.twilio.carrier import Carrier
from sandbox.twilio.conversation import Conversation

JANE_CLINICS = ("northside", "riverbend")
"""Both show the one book; a token of the one is no good at the other."""


CLEARINGHOUSES = ("trizetto", "waystar", "stedi", "eligible", "optum", "availity")


class World:
    """A clinic, a carrier and their faults. Hold `lock` while reading or changing any of them."""

    def __init__(self, settings: Settings, base_url: str) -> None:
        self.settings, self.base_url = settings, base_url
        self.lock = threading.RLock()
        self.clinic = Clinic(settings)
        self.insurer = Insurer(self.clinic)
        used = UsedVisits(self.clinic)
        self.hub = Hub(self.clinic, self.insurer, self.lock, used)
        self.claims = ClaimDesk(self.clinic, self.insurer, used)
        folder = settings.claims_folder
        self._folder = ClaimFolder(Path(folder), self.claims) if folder else None
        self.tokens = Tokens(settings)
        self.communications = Communications()
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.callbacks = CallbackWorker(settings.twilio_token, settings.seed)
        self.jane = JaneDesk(settings, base_url, self.callbacks.submit)
        self.clinic.listeners.append(self._tell_jane)
        self.carrier = Carrier(settings, self.clinic, self.lock, self.callbacks)
        self.conversation = Conversation(
            settings, self.clinic, self.lock, self.carrier, self.callbacks
        )

    def address(self) -> dict[str, str]:
        """Where each part answers."""
        return {
            "base_url": self.base_url,
            "cliniko": f"{self.base_url}/cliniko/v1",
            "jane": f"{self.base_url}/jane/{JANE_CLINICS[0]}",
            "jane_login": self.jane.sessions.issuer,
            "twilio": f"{self.base_url}/twilio",
            "weather": f"{self.base_url}/weather",
            **{one: f"{self.base_url}/{one}" for one in CLEARINGHOUSES},
            "claims": f"{self.base_url}/claims",
            "control": f"{self.base_url}/_sandbox",
        }

    def sweep(self) -> dict[str, int]:
        """Take what lies in the claims' folder and pay what is due; hold the lock."""
        self.claims.settle()
        return self._folder.sweep() if self._folder else {"taken": 0, "given": 0}

    def close(self) -> None:
        """Stop the background worker."""
        self.callbacks.close()
        self.jane.hooks.close()

    def _tell_jane(self, what: str, visit: Visit) -> None:
        """Nothing is told of attendance: Jane has no such webhook."""
        self.jane.hooks.happened(
            f"APPOINTMENT_{what}", public_id(visit.id, visit.created_at), self.clinic.now
        )
