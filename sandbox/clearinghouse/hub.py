"""The hub between clinics and payers: reads questions, asks the payer, frames the answer."""

import asyncio
import threading
from dataclasses import dataclass, replace

from sandbox.clearinghouse.acknowledgement import VERSION as VERSION_999
from sandbox.clearinghouse.acknowledgement import Mistake, answer
from sandbox.clearinghouse.answer_271 import VERSION, Told, body
from sandbox.clearinghouse.inquiry import Asked, asked
from sandbox.clearinghouse.interchange import (
    Group,
    Interchange,
    Sender,
    Transaction,
    framed,
    header_of,
    parsed,
    stamp,
    ta1,
)
from sandbox.clearinghouse.reply import Reply, Sort
from sandbox.clearinghouse.scenario import Scenario
from sandbox.clearinghouse.scenarios import find
from sandbox.clearinghouse.segment import PLAIN, BrokenInterchange, written
from sandbox.clearinghouse.tally import Heard, Tally, TooMany
from sandbox.clearinghouse.verdict import UsedVisits, Verdicts
from sandbox.clinic.engine import Clinic
from sandbox.clinic.insurer import Insurer
from sandbox.moment import iso

HUB_TRACES = {"waystar": ("9ZIRMEDCOM", "9ZIRMEDCOM"), "trizetto": ("99Trizetto",)}


@dataclass(frozen=True)
class _Question:
    asked: Asked
    scenario: Scenario | None


class Hub:
    """One hub for all vendors. Its routes run in one thread; what they share is behind `lock`."""

    def __init__(
        self, clinic: Clinic, insurer: Insurer, lock: threading.RLock, used: UsedVisits
    ) -> None:
        self._clinic, self._lock, self._used = clinic, lock, used
        self.tally = Tally()
        self.verdicts = Verdicts(insurer, clinic.settings.start.year)
        self._control = 0

    async def inquire(self, vendor: str, text: str, origin: str = "") -> Reply:
        """The reply to an interchange with one 270."""
        try:
            interchange = parsed(text)
        except BrokenInterchange as broken:
            return self._envelope(text, broken.code)
        group = interchange.groups[0]
        sender, receiver = interchange.header[6].strip(), interchange.header[8].strip()
        read = [asked(one, sender, receiver) for one in group.transactions]
        wrong = [one if isinstance(one, list) else [] for one in read]
        faults = group.fault or any(one.fault for one in group.transactions)
        first = next((one for one in read if isinstance(one, Asked)), None)
        if faults or any(wrong) or first is None or group.header[1] != "HS":
            return self._acknowledged(interchange, group, wrong)
        return await self.ask(vendor, first, origin)

    async def ask(self, vendor: str, question: Asked, origin: str = "") -> Reply:
        """The reply to one question, after the payer's time and within the capacity."""
        one = _Question(question, find(question.subscriber.member_id.upper()))
        try:
            with self.tally.one(self._heard(vendor, question, origin)):
                wait = self.tally.latency_seconds + (one.scenario.seconds if one.scenario else 0)
                if wait:
                    await asyncio.sleep(wait)
                return self._answered(vendor, one)
        except TooMany:
            return Reply(status=429)

    def _answered(self, vendor: str, one: _Question) -> Reply:
        scenario = one.scenario
        if scenario is not None and scenario.status != 200:
            return Reply(status=scenario.status, headers=dict(scenario.headers))
        with self._lock:
            told = replace(self._verdict(one), hubs=HUB_TRACES.get(vendor, ()))
            who = self._sender(one.asked.receiver, one.asked.sender)
        if scenario is not None and scenario.instead:
            return self._instead(who, one.asked, scenario.instead)
        rows = framed(who, "HB", VERSION, [body(told, who.now, f"SB{who.control:09d}")])
        text = written(rows, scenario.marks if scenario else PLAIN)
        raw = scenario.spoil(text) if scenario and scenario.spoil else text.encode()
        page, breaks = (scenario.page, scenario.breaks) if scenario else (False, "")
        return Reply(raw, Sort.ANSWER, told, page=page, breaks=breaks, control=who.control)

    def _verdict(self, one: _Question) -> Told:
        now, today = self._clinic.now, self._clinic.today()
        if one.asked.payer_id in self.tally.down:
            return self.verdicts.silent(one.asked)
        if one.scenario is not None:
            return self.verdicts.of_scenario(one.asked, one.scenario, now, today)
        return self.verdicts.of_patient(one.asked, self._used, now, today)

    def _heard(self, vendor: str, question: Asked, origin: str) -> Heard:
        return Heard(
            iso(self._clinic.now),
            vendor,
            question.payer_id,
            question.subscriber.member_id,
            question.service_types,
            question.service_on,
            question.trace,
            origin,
        )

    def _sender(self, sender: str, receiver: str) -> Sender:
        self._control += 1
        return Sender(sender, receiver, self._control, self._clinic.now)

    def _instead(self, who: Sender, question: Asked, kind: str) -> Reply:
        """A refusal of a 270 that is in truth in order."""
        day, hour = stamp(who.now)
        if kind == "TA1":
            header = ("ISA", *[""] * 8, day[2:], hour, "^", "00501", "000000001", "0", "T", ":")
            return Reply(written(ta1(who, header, "006")).encode(), Sort.ENVELOPE)
        header = ("GS", "HS", question.sender, question.receiver, day, hour, "1", "X", VERSION)
        group = Group(header, (Transaction((("ST", "270", "0001", VERSION),)),))
        rows = answer(group, [[Mistake("NM1", 8, "8", 9, "67", "1")]])
        return Reply(written(framed(who, "FA", VERSION_999, [rows])).encode(), Sort.ACKNOWLEDGED)

    def _acknowledged(
        self, interchange: Interchange, group: Group, wrong: list[list[Mistake]]
    ) -> Reply:
        with self._lock:
            who = self._sender(interchange.header[8], interchange.header[6])
        rows = framed(who, "FA", VERSION_999, [answer(group, wrong)])
        return Reply(written(rows).encode(), Sort.ACKNOWLEDGED, control=who.control)

    def _envelope(self, text: str, code: str) -> Reply:
        with self._lock:
            who = self._sender("SANDBOXHUB", "SANDBOXCLINIC")
        rows = ta1(who, header_of(text), code)
        return Reply(written(rows).encode(), Sort.ENVELOPE, control=who.control)
