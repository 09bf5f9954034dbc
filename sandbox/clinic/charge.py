"""What a therapist writes down as done at a visit, slips of coding included."""

from dataclasses import dataclass

from sandbox.chance import draws
from sandbox.clinic.staff import INITIAL, RE_EVALUATION
from sandbox.clinic.visit import Visit

NO_GP, NOT_APART = 0.02, 0.1
PRICES = {"97161": 140, "97164": 95, "97110": 55, "97140": 50, "97530": 60, "97112": 55}
DIAGNOSES = {
    "Lumbar spine": "M54.50",
    "Knee": "M25.561",
    "Shoulder": "M25.511",
    "Cervical spine": "M54.2",
    "Hip": "M25.551",
    "Ankle and foot": "M25.571",
    "Balance and gait": "R26.89",
}
_STAY = (("97110", 2), ("97140", 1))
_TASKS = (("97110", 1), ("97140", 1), ("97530", 1))
_NERVES = (("97112", 2), ("97110", 1))


@dataclass(frozen=True)
class Charge:
    """One service of a visit; fifteen minutes a timed unit. Whole dollars."""

    visit: Visit
    number: int
    code: str
    units: int
    minutes: int
    modifiers: tuple[str, ...]
    amount: int
    diagnosis: str


def charges(seed: int, visit: Visit, region: str) -> list[Charge]:
    """The services of an attended visit, the same for the same seed."""
    luck = draws(seed, "charges", visit.key)
    modifier = () if luck[0] < NO_GP else ("GP",)
    if visit.type_id == INITIAL.id:
        services: tuple[tuple[str, int], ...] = (("97161", 1), ("97110", 1))
    elif visit.type_id == RE_EVALUATION.id:
        services = (("97164", 1), ("97110", 1))
    else:
        services = (_STAY, _TASKS, _NERVES)[int(3 * luck[1])]
    found = []
    for number, (code, units) in enumerate(services, start=1):
        apart = code == "97530" and luck[2] >= NOT_APART
        found.append(
            Charge(
                visit,
                number,
                code,
                units,
                15 * units,
                (*modifier, *(("59",) if apart else ())),
                PRICES[code] * units,
                DIAGNOSES.get(region, "R26.89"),
            )
        )
    return found
