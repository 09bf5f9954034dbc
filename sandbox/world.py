"""Everything one running sandbox knows, behind one lock."""

import threading
from collections import Counter

from sandbox.clinic.engine import Clinic
from sandbox.cliniko.communication import Communications
from sandbox.faults import FaultBook
from sandbox.settings import Settings
from sandbox.twilio.callback import CallbackWorker
from sandbox.twilio.carrier import Carrier


class World:
    """A clinic, a carrier and their faults. Hold `lock` while reading or changing any of them."""

    def __init__(self, settings: Settings, base_url: str) -> None:
        self.settings, self.base_url = settings, base_url
        self.lock = threading.RLock()
        self.clinic = Clinic(settings)
        self.communications = Communications()
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.callbacks = CallbackWorker(settings.twilio_token)
        self.carrier = Carrier(settings, self.clinic, self.lock, self.callbacks)

    def address(self) -> dict[str, str]:
        """Where each part answers."""
        return {
            "base_url": self.base_url,
            "cliniko": f"{self.base_url}/cliniko/v1",
            "twilio": f"{self.base_url}/twilio",
            "weather": f"{self.base_url}/weather",
            "control": f"{self.base_url}/_sandbox",
        }

    def close(self) -> None:
        """Stop the background worker."""
        self.callbacks.close()
