"""How patients use their phones. BEHAVIOUR.md names the source of every number here."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class Manners(BaseModel):
    """Shares between 0 and 1; whoever switches the behaviour on may give others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_once: bool = False
    """Answers come in the wall clock's seconds, not when the simulated clock reaches them."""

    writes_instead_of_calling: Share = 0.7
    knows_of_late_cancel: Share = 0.25
    knows_of_no_show: Share = 0.08
    wants_another_time: Share = 0.6
    calls_unless_answered: Share = 0.5

    confirms: Share = 0.5
    confirms_and_misses: Share = 0.12
    asks: Share = 0.04
    stops: Share = 0.004
    helps: Share = 0.003
    strays: Share = 0.004
    late_when_near: Share = 0.05
    runs_late: Share = 0.02
    stranger: Share = 0.005
    slips: Share = 0.01

    picks: Share = 0.62
    picks_beyond: Share = 0.03
    picks_in_words: Share = 0.12
    wishes_sooner: Share = 0.25
    accepts_when_wishing: Share = 0.6
    accepts_otherwise: Share = 0.12
    hurries: Share = 0.3

    typo: Share = 0.12
    emoji: Share = 0.10
    quote: Share = 0.04
    twice: Share = 0.04
    hours_later: Share = 0.10
    after_the_visit: Share = 0.02
