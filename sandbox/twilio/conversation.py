"""Texts between the patients and the clinic: kept until their time comes, then posted signed."""

import heapq
import threading
from functools import partial

from sandbox.clinic.engine import Clinic
from sandbox.clinic.intent import Intent
from sandbox.clinic.person import Patient
from sandbox.clinic.visit import Visit
from sandbox.refusal import Refusal
from sandbox.settings import Settings
from sandbox.together import together
from sandbox.twilio import inbound
from sandbox.twilio.answer import Answer
from sandbox.twilio.callback import CallbackWorker
from sandbox.twilio.carrier import Carrier
from sandbox.twilio.listener import Listener
from sandbox.twilio.record import Message


class Conversation:
    """Silent while the clinic has no `manners`. Its own methods take the world's lock."""

    def __init__(
        self,
        settings: Settings,
        clinic: Clinic,
        lock: threading.RLock,
        carrier: Carrier,
        callbacks: CallbackWorker,
    ) -> None:
        self._settings, self._clinic, self._lock = settings, clinic, lock
        self._carrier, self._callbacks = carrier, callbacks
        self.listener = Listener(settings.seed, clinic)
        self.answers: list[Answer] = []
        self.webhooks: dict[str, str] = {}
        self._due: list[tuple[int, int]] = []

    def hear(self, message: Message) -> None:
        """The patient reads a text that arrived, and may mean to answer."""
        with self._lock:
            manners = self._clinic.manners
            if manners is None or message.failure is not None:
                return
            message.unwanted = self.listener.person(message.to).quiet
            for answer in self.listener.hear(message, manners):
                heapq.heappush(self._due, (answer.due, len(self.answers)))
                self.answers.append(answer)

    def keep(self, answer: Answer) -> None:
        """Remember what was said otherwise, such as by a key in a call."""
        with self._lock:
            self.answers.append(answer)
            if answer.intent is Intent.STOP:
                self.listener.person(answer.phone).quiet = True

    def who_wishes_sooner(self) -> list[Patient]:
        """The patients who would be on the clinic's waiting list."""
        manners = self._clinic.manners
        people = self._clinic.book.patients.values()
        return [
            one
            for one in people
            if manners and one.phone and self.listener.wishes_sooner(one.phone, manners)
        ]

    def next_due(self) -> int | None:
        """When the next answer is said; null when nobody means to say anything."""
        with self._lock:
            return self._due[0][0] if self._due else None

    def speak(self) -> int:
        """Say all that is due; answers of the same second leave together. Returns how many."""
        done = 0
        while batch := self._take():
            together([partial(self._post, *one) for one in batch])
            done += len(batch)
        return done

    def hurry(self) -> None:
        """Speak soon in the background, if patients do not wait for the simulated clock."""
        manners = self._clinic.manners
        if manners is not None and manners.at_once:
            self._callbacks.submit(self.speak)

    def told(self, visit: Visit) -> None:
        """The clinic's software gave a visit its time: does the patient know of it?"""
        with self._lock:
            if self._clinic.manners is not None:
                visit.told = self.listener.knows_of(visit)

    def forget(self) -> None:
        """Say nothing more of what is still due."""
        with self._lock:
            self._due.clear()

    def _take(self) -> list[tuple[Answer, Message]]:
        with self._lock:
            said: list[tuple[Answer, Message]] = []
            while (due := self.next_due()) is not None and due <= self._clinic.now:
                if said and due != said[0][0].due:
                    break
                answer = self.answers[heapq.heappop(self._due)[1]]
                if not self._is_void(answer):
                    said.append((answer, self._say(answer)))
            return said

    def _is_void(self, answer: Answer) -> bool:
        """Nobody runs late for a visit that no longer stands then."""
        if "unasked" not in answer.marks or answer.visit_id is None:
            return False
        visit = self._clinic.book.visits[int(answer.visit_id)]
        return visit.starts_at != answer.visit_starts_at or visit.cancelled_at is not None

    def _say(self, answer: Answer) -> Message:
        message = self._carrier.receive(answer.phone, answer.clinic_number, answer.text)
        answer.sid, answer.said_at = message.sid, self._clinic.now
        if answer.intent is Intent.STOP:
            self.listener.person(answer.phone).quiet = True
        return message

    def _post(self, answer: Answer, message: Message) -> None:
        webhook = self.webhooks.get(answer.clinic_number)
        if webhook is None:
            return
        told = self._callbacks.post(webhook, inbound.fields(self._settings, message))
        if told is None:
            return
        answer.status = told.status_code
        for text in inbound.texts(told.text) if told.is_success else []:
            self._reply(message, text)

    def _reply(self, message: Message, text: str) -> None:
        """A text inside the webhook's own answer goes back to the phone."""
        with self._lock:
            try:
                sent = self._carrier.send(message.sender, message.to, text, None, None)
            except Refusal:
                return
        self.hear(sent)
        self._carrier.follow(sent)
