"""What a sprint is now, read from its steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data_contracts.sprint import Lever, LeverSpan, Phase, Step, StepKind


@dataclass(frozen=True, slots=True)
class Course:
    """A sprint as its steps have left it."""

    phase: Phase
    phase_on: date | None
    levers: tuple[LeverSpan, ...]
    clinicians: int | None
    closed_on: date | None

    @property
    def is_measured(self) -> bool:
        """Whether arms are drawn: the lever whose extra is withheld is on, and the sprint runs."""
        return self.closed_on is None and self.has_measured

    @property
    def has_measured(self) -> bool:
        """Whether arms were ever drawn in it."""
        return self.span(Lever.NO_SHOW) is not None

    def span(self, lever: Lever) -> LeverSpan | None:
        """When a lever was on; None where it never was."""
        return next((one for one in self.levers if one.lever is lever), None)


def course(steps: Iterable[Step]) -> Course:
    """Fold a sprint's steps, in their order; a lever stays on until the sprint is closed."""
    found = list(steps)
    phases = [one for one in found if one.kind is StepKind.PHASE]
    closed = next((one.on for one in found if one.kind is StepKind.CLOSED), None)
    told = [int(one.what) for one in found if one.kind is StepKind.CLINICIANS]
    levers = [one for one in found if one.kind is StepKind.LEVER]
    return Course(
        phase=Phase(phases[-1].what) if phases else Phase.AUDIT,
        phase_on=phases[-1].on if phases else None,
        levers=tuple(
            LeverSpan(
                lever=Lever(one.what),
                from_on=one.on,
                to_on=closed,
                is_early=one.is_early,
                reason=one.reason,
            )
            for one in levers
        ),
        clinicians=told[-1] if told else None,
        closed_on=closed,
    )
