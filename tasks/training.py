"""Train the no-show model and let a challenger prove itself before it is used."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from prefect.artifacts import create_markdown_artifact

from rules.outcome import late_cancel_hours
from tasks.guard import guarded_task
from tasks.loading import warehouse
from tasks.room import Room, room

if TYPE_CHECKING:
    import pandas as pd


@guarded_task(name="train-model")
def train_model(slug: str, now: datetime) -> dict[str, str]:
    """Train, evaluate, promote what is beyond doubt better; the card becomes an artifact."""
    with room(slug) as here:
        kind, model_id, card = train_champion(here, now)
    create_markdown_artifact(markdown=card, key=f"model-card-{slug}")
    return {"kind": kind, "model_id": model_id}


def train_champion(here: Room, now: datetime) -> tuple[str, str, str]:
    """Returns the kind and id of the model in use from now on, and its card."""
    from models.no_show import registry
    from models.no_show.card import render_card
    from models.no_show.evaluate import NotEnoughHistory, evaluate
    from models.no_show.train import train

    frame = history(here, now)
    evaluation: dict[str, Any] | None
    try:
        evaluation = evaluate(frame, None, None)
    except NotEnoughHistory:
        evaluation = None
    kind = evaluation["promoted"] if evaluation else None
    model = train(frame, now, kind)
    folder = here.ledger.home / "models"
    model_id = registry.save(folder, model)
    registry.promote(folder, model_id)
    card = render_card(model, model_id, evaluation)
    (folder / model_id).with_suffix(".md").write_text(card, encoding="utf-8")
    _keep_evaluation(here, model_id, model.kind, evaluation, now)
    return model.kind, model_id, card


def history(here: Room, now: datetime, prior_until: date | None = None) -> "pd.DataFrame":
    """Features and outcomes of every visit up to today, as of each one's decision moment.

    `prior_until`: the last day whose outcomes may enter the prior rate; None: yesterday's.
    """
    from warehouse.features.visit import SURVEY_RATE, FeatureRequest, missed_rate, visit_features

    hours = late_cancel_hours(here.clinic.definitions)
    today = now.astimezone(here.clinic.zone).date()
    with warehouse(here) as con:
        rate = missed_rate(con, prior_until or today, hours)
        request = FeatureRequest(
            prior_rate=SURVEY_RATE if rate is None else rate,
            decide_days_before=here.clinic.risk.decide_days_before,
            late_cancel_hours=hours,
            last_day=today,
        )
        return visit_features(con, request)


def _keep_evaluation(
    here: Room, model_id: str, kind: str, evaluation: dict[str, Any] | None, now: datetime
) -> None:
    from ledger import records

    with here.ledger.write() as con:
        facts = {"model_id": model_id, "kind": kind, "trained_at": now.isoformat()}
        records.set_cursor(con, "model", facts | {"evaluation": evaluation}, now)
