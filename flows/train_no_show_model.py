"""Learn, once a week, who misses visits at this clinic; a challenger must prove itself."""

from datetime import UTC, datetime

from tasks.guard import guarded_flow
from tasks.loading import load_facts
from tasks.training import train_model


@guarded_flow(name="train-no-show-model", flow_run_name="train-{clinic}")
def train_no_show_model(clinic: str, now: datetime | None = None) -> dict[str, str]:
    """Load the facts, train, evaluate, and promote only what is better beyond chance."""
    moment = now or datetime.now(UTC)
    load_facts(clinic, moment)
    return train_model(clinic, moment)
