"""The payers of the simulated clinic's patients. All are made up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payer:
    """One payer, its one plan, and how its patients' policies are drawn."""

    id: str
    name: str
    plan: str
    kind: str
    """Insurance type, as EB04."""
    letter: str
    weight: float
    copays: tuple[int, ...] = ()
    coinsurance: float = 0.0
    deductibles: tuple[int, ...] = (0,)
    limits: tuple[int | None, ...] = (None,)
    authorization: float = 0.0
    """Share of its policies under which therapy needs prior authorisation."""
    allowed: float = 0.62
    """Of what is charged, the share that the contract allows."""


MERIDIAN = Payer(
    "91001", "MERIDIAN MUTUAL", "OPEN ACCESS PPO", "PR", "M", 0.30,
    (20, 25, 30, 40), 0.0, (250, 500, 1000), (20, 30, 40, None),
)  # fmt: skip
SUMMIT = Payer(
    "91002", "SUMMIT CHOICE", "CHOICE POS II", "PS", "S", 0.20,
    (30, 35, 50), 0.0, (500, 750, 1500), (35, 60, 60), 0.4,
)  # fmt: skip
HARBOR = Payer(
    "91003", "HARBOR HEALTH PLAN", "HARBOR HMO", "HM", "H", 0.17,
    (15, 20, 25), 0.0, (0, 250), (30, 60, None), 1.0,
)  # fmt: skip
BLUECREST = Payer(
    "91004", "BLUECREST", "BLUECREST TIERED PPO", "PR", "B", 0.20,
    (), 0.2, (500, 1000, 2000), (20, 45, None),
)  # fmt: skip
MEDICARE = Payer(
    "91005", "MEDICARE PART B", "MEDICARE PART B", "MB", "R", 0.0,
    (), 0.2, (257,), (None,), 0.0, 0.48,
)  # fmt: skip
MEDICAID = Payer(
    "91006", "STATEWIDE MEDICAID", "STATEWIDE CARE", "MC", "D", 0.13,
    (0,), 0.0, (0,), (24, 30), 1.0, 0.4,
)  # fmt: skip
PAYERS = {one.id: one for one in (MERIDIAN, SUMMIT, HARBOR, BLUECREST, MEDICARE, MEDICAID)}
