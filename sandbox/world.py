"""Everything one running sandbox knows, behind one lock."""

import threading
from collections import Counter

from sandbox.clinic.engine import Clinic
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


class World:
    """A clinic, a carrier and their faults. Hold `lock` while reading or changing any of them."""

    def __init__(self, settings: Settings, base_url: str) -> None:
        self.settings, self.base_url = settings, base_url
        self.lock = threading.RLock()
        self.clinic = Clinic(settings)
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
            "control": f"{self.base_url}/_sandbox",
        }

    def close(self) -> None:
        """Stop the background worker."""
        self.callbacks.close()
        self.jane.hooks.close()

    def _tell_jane(self, what: str, visit: Visit) -> None:
        """Nothing is told of attendance: Jane has no such webhook."""
        self.jane.hooks.happened(
            f"APPOINTMENT_{what}", public_id(visit.id, visit.created_at), self.clinic.now
        )
