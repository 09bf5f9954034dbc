"""Takes 837P files in and gives 999, 277CA and, simulated days later, 835 files back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.chance import draws
from sandbox.clearinghouse import remittance_835, status_277
from sandbox.clearinghouse.acknowledgement import VERSION as VERSION_999
from sandbox.clearinghouse.acknowledgement import answer
from sandbox.clearinghouse.adjudication import Account, Standing, Verdict, forget, judge, lowered
from sandbox.clearinghouse.claim import Claim, claims
from sandbox.clearinghouse.claim_check import mistakes, refusal
from sandbox.clearinghouse.filed_claim import File, Filed, told
from sandbox.clearinghouse.interchange import Interchange, Sender, framed, header_of, parsed, ta1
from sandbox.clearinghouse.remittance_835 import Carried, Entry, carried
from sandbox.clearinghouse.scenario_policy import policy_of
from sandbox.clearinghouse.second import after_the_first
from sandbox.clearinghouse.segment import BrokenInterchange, Segment, written
from sandbox.clearinghouse.used_visits import UsedVisits
from sandbox.clearinghouse.verdict import payer_name
from sandbox.clinic.engine import Clinic
from sandbox.clinic.insurer import Insurer
from sandbox.clinic.policy import Policy
from sandbox.moment import DAY, HOUR, iso, local

ACKNOWLEDGED_AFTER = 2 * HOUR
PAID_AFTER_DAYS = (10, 21)
CORRECTED, CORRECTED_AFTER = 0.03, 30 * DAY


@dataclass
class ClaimDesk:
    """All claims of one sandbox. Hold the world's lock."""

    clinic: Clinic
    insurer: Insurer
    used: UsedVisits
    filed: list[Filed] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    balances: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _control: int = 0

    def take(self, name: str, text: str) -> None:
        """Read a file; its 999 or TA1 is there at once, the 277CA two simulated hours later."""
        now = self.clinic.now
        try:
            interchange = parsed(text.strip())
            key = (interchange.header[6], interchange.control)
            if key in self._seen:
                raise BrokenInterchange("025")
        except BrokenInterchange as broken:
            who = self._sender("SANDBOXCLINIC", now)
            self._put(f"{name}.ta1", now, ta1(who, header_of(text), broken.code))
            return
        self._seen.add(key)
        self._acknowledge(name, interchange, now)

    def settle(self) -> None:
        """Judge and pay what is due by now, day by day."""
        while (due := self._next_due()) is not None and due <= self.clinic.now:
            self._pay(due)

    def listed(self) -> list[File]:
        """The files that can be fetched by now, oldest first."""
        self.settle()
        return sorted(
            (one for one in self.files.values() if one.at <= self.clinic.now),
            key=lambda one: (one.at, one.name),
        )

    def told(self) -> list[dict[str, Any]]:
        """What is true of every claim."""
        self.settle()
        return [told(one) for one in self.filed]

    def _acknowledge(self, name: str, interchange: Interchange, now: int) -> None:
        who = self._sender(interchange.header[6], now)
        taken: list[status_277.Taken] = []
        bodies: list[list[Segment]] = []
        for group in interchange.groups:
            wrong = [mistakes(one) for one in group.transactions]
            bodies.append(answer(group, wrong))
            if group.fault:
                continue
            for transaction, errors in zip(group.transactions, wrong, strict=True):
                if not errors and not transaction.fault:
                    taken += self._file(name, claims(transaction, interchange.header[6].strip()))
        self._put(f"{name}.999", now, framed(who, "FA", VERSION_999, bodies))
        if taken:
            at = now + ACKNOWLEDGED_AFTER
            later = self._sender(interchange.header[6], at)
            told = status_277.body(taken, at, f"SB{later.control:09d}")
            rows = framed(later, "HN", status_277.VERSION, [told])
            self._put(f"{name}.277ca", at, rows)

    def _file(self, name: str, found: list[Claim]) -> Iterator[status_277.Taken]:
        for claim in found:
            patient_id, policy = self._policy(claim)
            wrong = refusal(claim, policy, self.clinic.today())
            if claim.frequency in ("7", "8") and self._replaced(claim) is None:
                wrong = "A7:464"
            number = f"{self.clinic.today():%y%j}{len(self.filed) + 1:07d}"
            one = Filed(
                claim,
                name,
                self.clinic.now,
                number,
                wrong or status_277.ACCEPTED,
                patient_id,
                policy,
            )
            if wrong is None:
                one.due = self._payday(claim)
            self.filed.append(one)
            yield status_277.Taken(claim, one.status, number)

    def _policy(self, claim: Claim) -> tuple[int | None, Policy | None]:
        member_id = claim.subscriber.member_id.upper()
        example = policy_of(member_id, claim)
        if example is not None:
            return None, example
        return self.insurer.member(member_id) or (None, None)

    def _payday(self, claim: Claim) -> int:
        """Ten to twenty-one days on, at six in the morning of the clinic."""
        low, high = PAID_AFTER_DAYS
        luck = draws(self.clinic.settings.seed, "payday", claim.payer_id, self.clinic.today())[0]
        when = local(self.clinic.now + DAY * (low + int((high - low + 1) * luck)), self.clinic.zone)
        return int(when.replace(hour=6, minute=0, second=0).timestamp())

    def _next_due(self) -> int | None:
        waiting = [one.due for one in self.filed if one.due is not None and one.verdict is None]
        again = [one.correct_at for one in self.filed if one.correct_at and not one.is_done]
        return min(waiting + again, default=None)

    def _pay(self, at: int) -> None:
        """One 835 a payer and billing provider for what is due at a moment."""
        entries: dict[tuple[str, str], list[Entry]] = {}
        for one in self.filed:
            key = (one.claim.payer_id, one.claim.billing_npi)
            if one.due == at and one.verdict is None:
                entries.setdefault(key, []).extend(self._entries(one, at))
            elif one.correct_at == at and one.verdict is not None and not one.is_done:
                better = lowered(one.verdict)
                entries.setdefault(key, []).extend((Entry(one.verdict, True), Entry(better)))
                one.verdict, one.is_done = better, True
        for key, several in sorted(entries.items()):
            if several:
                self._remit(key, several, at)

    def _entries(self, one: Filed, at: int) -> list[Entry]:
        """A new claim; one that replaces another takes that back first; a void does only that."""
        before = self._replaced(one.claim)
        back: list[Entry] = []
        if before is not None:
            before.is_done, before.due = True, None
        if before is not None and before.verdict and before.policy:
            back = [Entry(before.verdict, True)]
            forget(before.verdict, before.policy, self._account(before.policy))
        if one.claim.frequency == "8":
            one.due = None
            return back
        return [*back, Entry(self._judge(one, at))]

    def _replaced(self, claim: Claim) -> Filed | None:
        """The claim that a replacement or a void names by the payer's number."""
        if claim.frequency not in ("7", "8"):
            return None
        return next((one for one in self.filed if one.number == claim.replaces), None)

    def _judge(self, one: Filed, at: int) -> Verdict:
        assert one.policy is not None  # noqa: S101 - only accepted claims have a day of payment
        first_year = self.clinic.settings.start.year
        on = one.claim.on or self.clinic.today()
        used = self.used(one.patient_id, one.policy, on) if one.patient_id is not None else 0
        account = self._account(one.policy)
        received = local(one.received, self.clinic.zone).date()
        standing = Standing(one.policy, account, used, first_year, received)
        alone = judge(one.claim, one.number, standing)
        one.verdict = alone if one.claim.order == "P" else after_the_first(alone)
        luck = draws(self.clinic.settings.seed, "corrected", one.number)[0]
        if luck < CORRECTED and one.verdict.paid > 0:
            one.correct_at = at + CORRECTED_AFTER
        return one.verdict

    def _account(self, policy: Policy) -> Account:
        return self.accounts.setdefault(policy.member_id, Account())

    def _remit(self, key: tuple[str, str], entries: list[Entry], at: int) -> None:
        balance: Carried = carried(entries, self.balances.get(key, Decimal()))
        self.balances[key] = balance.after
        who = self._sender(entries[0].verdict.claim.sender, at)
        trace = f"SB{who.control:09d}"
        payer = payer_name(key[0]) or entries[0].verdict.claim.payer_name
        told = remittance_835.body(entries, payer, balance, at, trace)
        rows = framed(who, "HP", remittance_835.VERSION, [told])
        self._put(f"{iso(at)[:10]}-{key[0]}-{who.control:09d}.835", at, rows)

    def _put(self, name: str, at: int, rows: list[Segment]) -> None:
        self.files[name] = File(name, at, written(rows).encode())

    def _sender(self, receiver: str, at: int) -> Sender:
        self._control += 1
        return Sender("SANDBOXHUB", receiver.strip(), self._control, at)
