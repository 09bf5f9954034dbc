"""Train the no-show model and let a challenger prove itself before it is used."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from prefect.artifacts import create_markdown_artifact

from data_contracts.deed import Act, Deed
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
    """Returns the kind and id of the model in use from now on, and its card.

    The kind in use stays unless another is beyond doubt better; what is kept knows every outcome.
    """
    from models.no_show import registry
    from models.no_show.card import render_card
    from models.no_show.evaluate import NotEnoughHistory
    from models.no_show.train import train

    evaluation: dict[str, Any] | None
    try:
        evaluation = judge(here, now)
    except NotEnoughHistory:
        evaluation = None
    kind = evaluation["promoted"] if evaluation else kind_in_use(here)
    model = train(history(here, now), now, None if kind == "prior" else kind)
    folder = here.ledger.home / "models"
    model_id = registry.save(folder, model)
    registry.promote(folder, model_id)
    card = render_card(model, model_id, evaluation)
    (folder / model_id).with_suffix(".md").write_text(card, encoding="utf-8")
    _keep_evaluation(here, model_id, model.kind, evaluation, now)
    return model.kind, model_id, card


def judge(
    here: Room, now: datetime, train_until: date | None = None, test_from: date | None = None
) -> dict[str, Any]:
    """Every kind on later visits, against the kind in use; changes nothing.

    Raises NotEnoughHistory.
    """
    from models.no_show.evaluate import evaluate

    return evaluate(
        judged_frame(here, now, train_until, test_from),
        train_until,
        test_from,
        incumbent=kind_in_use(here),
        decide_days_before=here.clinic.risk.decide_days_before,
    )


def judged_frame(
    here: Room, now: datetime, train_until: date | None = None, test_from: date | None = None
) -> "pd.DataFrame":
    """The history; the rate that unknown patients start from knows nothing of what is tested.

    Raises NotEnoughHistory.
    """
    from models.no_show.evaluate import folds_of

    frame = history(here, now)
    known = frame[frame["missed"].notna()]
    folds = folds_of(known, train_until, test_from, here.clinic.risk.decide_days_before)
    return history(here, now, prior_until=folds[0].train_until)


def kind_in_use(here: Room) -> str | None:
    """The kind of the registry's champion; None before the first, or where it cannot be read."""
    from models.no_show import registry

    try:
        champion = registry.champion(here.ledger.home / "models")
    except registry.ModelDamaged:
        return None  # training again is what that error asks for
    return champion.kind if champion else None


def history(here: Room, now: datetime, prior_until: date | None = None) -> "pd.DataFrame":
    """Features and outcomes of every visit up to today, as of each one's decision moment.

    `prior_until`: the last day whose outcomes may enter the prior rate; None: yesterday's.
    """
    from warehouse.features.visit import SURVEY_RATE, FeatureRequest, missed_rate, visit_features

    hours = late_cancel_hours(here.clinic.definitions)
    today = now.astimezone(here.clinic.zone).date()
    with warehouse(here) as con:
        rate = missed_rate(con, prior_until or today - timedelta(days=1), hours)
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
    from ledger.audit import record

    with here.ledger.write() as con:
        facts = {"model_id": model_id, "kind": kind, "trained_at": now.isoformat()}
        records.set_cursor(con, "model", facts | {"evaluation": evaluation}, now)
        record(here.ledger, con, [Act(Deed.MODEL_TRAINED, model_id[:60], kind)])
