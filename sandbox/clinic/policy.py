"""Who insures a patient: what the payer knows, and what the clinic wrote down from the card."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from sandbox.chance import draws, pick
from sandbox.clinic.payer import MEDICARE, PAYERS, Payer
from sandbox.clinic.person import Patient

SELF_PAY = 0.06
ENDED = 0.07
NEW_CARD = 0.5
AUTHORIZED = 0.7
REQUESTED = 0.5
MISTYPED_ID, OTHER_BIRTH, OTHER_NAME = 0.02, 0.01, 0.01
FEW_VISITS = (6, 8, 10, 12, 16)


@dataclass(frozen=True, slots=True)
class Authorization:
    """Visits that a payer approved ahead."""

    number: str
    visits: int
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a payer has them on file."""

    last_name: str
    first_name: str
    birth: date
    sex: str | None = None


@dataclass(slots=True)
class Policy:
    """A patient's coverage as the payer knows it. Money in whole dollars."""

    payer: Payer
    member_id: str
    group: str
    holder: Named
    patient: Named
    is_dependent: bool
    begins: date
    ends: date | None
    copay: int | None
    coinsurance: float
    deductible: int
    deductible_met: int
    """Elsewhere, in the calendar year in which the sandbox starts."""
    visit_limit: int | None
    visits_elsewhere: int
    needs_authorization: bool
    authorizations: list[Authorization] = field(default_factory=list)
    pays_second: bool = False
    """Another payer comes first: asked alone it pays nothing (CO-22)."""
    paid_down: dict[int, Decimal] = field(default_factory=dict)
    """Deductible met here, by calendar year."""

    def is_active(self, day: date) -> bool:
        """Whether it pays for a visit on that day."""
        return self.begins <= day and (self.ends is None or day <= self.ends)

    def left_to_deduct(self, year: int, first_year: int) -> Decimal:
        """What of the year's deductible is still to be paid."""
        met = self.paid_down.get(year, Decimal()) + (
            self.deductible_met if year == first_year else 0
        )
        return max(Decimal(), self.deductible - met)

    def authorization(self, number: str) -> Authorization | None:
        """The one of that number."""
        return next((one for one in self.authorizations if one.number == number), None)


@dataclass(frozen=True, slots=True)
class Card:
    """What the clinic's books say of a patient's insurance; it may be old, or mistyped."""

    payer_id: str
    payer_name: str
    plan: str
    member_id: str
    group: str
    holder: Named | None
    """None where the patient is the subscriber."""
    ends: date | None = None
    authorization: Authorization | None = None
    requested: int | None = None
    """Visits that the clinic asked the payer to approve, without an answer so far."""


@dataclass(slots=True)
class Cover:
    """One patient's insurance from both sides; `next` is a new one that the clinic has not seen."""

    card: Card
    policy: Policy
    next: Policy | None = None


def card_of(policy: Policy) -> Card:
    """What stands on a policy's card."""
    return Card(
        policy.payer.id,
        policy.payer.name.title(),
        policy.payer.plan.title(),
        policy.member_id,
        policy.group,
        policy.holder if policy.is_dependent else None,
    )


def drawn(seed: int, patient: Patient, start: date) -> Cover | None:
    """A patient's insurance, the same for the same seed; None pays out of pocket."""
    luck, second = draws(seed, "insurance", patient.id), draws(seed, "insurance2", patient.id)
    if luck[0] < SELF_PAY:
        return None
    age = (start - patient.birth).days / 365.25
    policy = _policy(seed, patient, _payer(luck[1], age), start, "")
    cover = Cover(card_of(policy), policy)
    if luck[2] < ENDED:
        policy.ends = start + timedelta(days=int(330 * luck[3]) - 90)
        if luck[4] < NEW_CARD:
            cover.next = _policy(seed, patient, _payer(luck[5], min(age, 60)), start, "next")
            cover.next.begins = policy.ends + timedelta(days=1)
        elif luck[4] > 0.8:
            cover.card = replace(cover.card, ends=policy.ends)
    cover.card = _as_typed(cover.card, policy, second)
    if policy.authorizations:
        cover.card = replace(cover.card, authorization=policy.authorizations[0])
    elif policy.needs_authorization and second[1] < REQUESTED:
        cover.card = replace(cover.card, requested=12)
    return cover


def _as_typed(card: Card, policy: Policy, luck: tuple[float, ...]) -> Card:
    """Slips between the card and the clinic's books, or between those and the payer's."""
    if luck[0] < MISTYPED_ID:
        swapped = card.member_id[:-2] + card.member_id[-1] + card.member_id[-2]
        other = card.member_id[:-1] + str((int(card.member_id[-1]) + 1) % 10)
        return replace(card, member_id=swapped if swapped != card.member_id else other)
    if luck[0] < MISTYPED_ID + OTHER_BIRTH:
        policy.patient = replace(policy.patient, birth=policy.patient.birth + timedelta(days=1))
    elif luck[0] < MISTYPED_ID + OTHER_BIRTH + OTHER_NAME:
        policy.patient = replace(policy.patient, last_name="Maiden-Example")
    if not policy.is_dependent:
        policy.holder = policy.patient
    return card


def _payer(share: float, age: float) -> Payer:
    if age >= 65 and share < 0.8:
        return MEDICARE
    total = sum(one.weight for one in PAYERS.values())
    return pick(share * total, tuple((one, one.weight) for one in PAYERS.values() if one.weight))


def _policy(seed: int, patient: Patient, payer: Payer, start: date, which: str) -> Policy:
    a, b, c, d, e, f, g, h = draws(seed, "policy", patient.id, which)
    number = patient.id % 10**17 // 7
    person = Named(patient.last_name, patient.first_name, patient.birth, patient.sex)
    minor = (start - patient.birth).days < 18 * 365.25
    holder = Named(patient.last_name, "Robin", patient.birth - timedelta(days=30 * 365), None)
    is_dependent = minor and payer.kind != "MC"
    limit = payer.limits[int(len(payer.limits) * d)]
    policy = Policy(
        payer,
        f"{payer.letter}{int(900 * a) + 100}{number % 10**6:06d}",
        f"{int(90000 * b) + 10000}",
        holder if is_dependent else person,
        person,
        is_dependent,
        begins=start.replace(month=1, day=1) - timedelta(days=365 * (1 + int(4 * c))),
        ends=None,
        copay=payer.copays[int(len(payer.copays) * e)] if payer.copays else None,
        coinsurance=payer.coinsurance,
        deductible=(total := payer.deductibles[int(len(payer.deductibles) * f)]),
        deductible_met=min(total, int(1.6 * total * g) // 10 * 10),
        visit_limit=limit,
        visits_elsewhere=int(8 * h) if limit and h > 0.6 else 0,
        needs_authorization=draws(seed, "needs", patient.id, which)[0] < payer.authorization,
    )
    if policy.needs_authorization and not which:
        policy.authorizations += _authorizations(seed, patient, start)
    return policy


def _authorizations(seed: int, patient: Patient, start: date) -> list[Authorization]:
    luck = draws(seed, "authorization", patient.id)
    if luck[0] >= AUTHORIZED:
        return []
    begins = start - timedelta(days=int(60 * luck[1]))
    visits = FEW_VISITS[int(len(FEW_VISITS) * luck[2])]
    ends = begins + timedelta(days=60 + int(120 * luck[3]))
    return [Authorization(f"A{int(10**7 * luck[4]):07d}", visits, begins, ends)]
