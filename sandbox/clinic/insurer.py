"""Everybody's insurance, drawn when first asked for."""

from dataclasses import replace
from datetime import date, timedelta

from sandbox.chance import draws
from sandbox.clinic.engine import Clinic
from sandbox.clinic.policy import Authorization, Card, Cover, Policy, card_of, drawn

MADE_BY_HAND = 5 * 10**9


class Insurer:
    """Not thread-safe: its owner holds a lock."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic, self._settings, self._book = clinic, clinic.settings, clinic.book
        self._covers: dict[int, Cover | None] = {}
        self._by_member: dict[str, tuple[int, Policy]] = {}
        self._granted = 0

    def of(self, patient_id: int) -> Cover | None:
        """A patient's insurance; who was made by hand has none until it is given."""
        if patient_id not in self._covers:
            patient = self._book.patients[patient_id]
            by_hand = patient.id % 10**17 // 7 >= MADE_BY_HAND
            cover = None if by_hand else drawn(self._settings.seed, patient, self._settings.start)
            self.give(patient_id, cover)
        return self._covers[patient_id]

    def give(self, patient_id: int, cover: Cover | None) -> None:
        """Insure a patient so from now on."""
        self._covers[patient_id] = cover
        for policy in (cover.policy, cover.next) if cover else ():
            if policy is not None:
                self._by_member[policy.member_id] = (patient_id, policy)

    def write_down(self, patient_id: int, card: Card) -> None:
        """The clinic's books say this from now on."""
        cover = self.of(patient_id)
        if cover is not None:
            cover.card = card
            self.touch(patient_id)

    def touch(self, patient_id: int) -> None:
        """The patient's record in the practice system changed, now."""
        patient = self._book.patients[patient_id]
        patient.updated_at = self._clinic.now
        self._book.changed(patient)

    def member(self, member_id: str) -> tuple[int, Policy] | None:
        """Whose policy has that number."""
        for patient_id in [one for one in self._book.patients if one not in self._covers]:
            self.of(patient_id)
        return self._by_member.get(member_id.upper())

    def policies(self) -> list[tuple[int, Policy]]:
        """Every policy with its patient."""
        self.member("")
        return list(self._by_member.values())

    def renew(self, patient_id: int) -> Card | None:
        """The patient shows the card of the insurance now in force; the clinic writes it down."""
        cover = self.of(patient_id)
        if cover is None:
            return None
        cover.policy, cover.next = cover.next or cover.policy, None
        self.write_down(patient_id, card_of(cover.policy))
        return cover.card

    def authorize(self, patient_id: int, visits: int, begins: date, days: int) -> Authorization:
        """The payer approves visits; the clinic writes the number down. KeyError without cover."""
        cover = self.of(patient_id)
        if cover is None:
            raise KeyError(patient_id)
        self._granted += 1
        luck = draws(self._settings.seed, "granted", self._granted)[0]
        number = f"G{int(10**5 * luck):05d}{self._granted:03d}"
        granted = Authorization(number, visits, begins, begins + timedelta(days=days))
        cover.policy.authorizations.append(granted)
        self.write_down(patient_id, replace(cover.card, authorization=granted, requested=None))
        return granted
