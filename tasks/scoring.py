"""Score the visits of the next days, once each, before anyone is reminded by risk."""

import json
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, select

from data_contracts.message import RiskTier
from data_contracts.visit import VisitStatus
from ledger import records
from ledger.arms import arms_of
from ledger.schema import assignments, risk_scores, visits
from ledger.store import insert_new
from rules.assignment import drawn_arm, quarter_of
from rules.outcome import late_cancel_hours
from rules.risk import tier_of
from tasks.guard import guarded_task
from tasks.room import Room, room
from tasks.sprint_standing import draw_now

if TYPE_CHECKING:
    import pandas as pd

    from models.no_show.model import TrainedModel

_SCORED = "scored_at"


@guarded_task(name="score-book")
def score_book(slug: str, now: datetime) -> dict[str, int]:
    """Score what is new within the horizon; does nothing until the next scoring is due."""
    with room(slug) as here:
        with here.ledger.read() as con:
            last = records.cursor(con, _SCORED)
        if last and now - datetime.fromisoformat(last) < here.clinic.risk.score_every:
            return {"not_due": 1}
        return score_due(here, now)


def score_due(here: Room, now: datetime) -> dict[str, int]:
    """Score every booked visit of the horizon that has no score; returns counts by tier."""
    wanted = _unscored(here, now)
    counts: Counter[str] = Counter()
    if wanted:
        _archive_forecast(here, now)
        model_id, model, frame = _ask_model(here, now)
        counts.update(_write(here, wanted, model_id, model, frame, now))
    with here.ledger.write() as con:
        records.set_cursor(con, _SCORED, now.isoformat(), now)
    return dict(counts)


def _unscored(here: Room, now: datetime) -> dict[str, Any]:
    """Booked visits of the horizon without a score, by their pseudonym."""
    query = (
        select(visits.c.visit_id, visits.c.version)
        .outerjoin(
            risk_scores,
            and_(
                risk_scores.c.visit_id == visits.c.visit_id,
                risk_scores.c.visit_version == visits.c.version,
            ),
        )
        .where(
            visits.c.status == VisitStatus.BOOKED.value,
            visits.c.starts_at > now,
            visits.c.starts_at <= now + here.clinic.risk.horizon,
            risk_scores.c.visit_id.is_(None),
        )
    )
    with here.ledger.read() as con:
        return {here.ledger.pseudonym(row.visit_id): row for row in con.execute(query)}


def _ask_model(here: Room, now: datetime) -> tuple[str, "TrainedModel", "pd.DataFrame"]:
    from models.no_show import registry
    from tasks.loading import load_warehouse, loaded_warehouse
    from tasks.training import train_champion
    from warehouse.features.visit import FeatureRequest, visit_features

    folder = here.ledger.home / "models"
    model_id = registry.champion_id(folder)
    if model_id is None:
        load_warehouse(here, now)
        model_id = train_champion(here, now)[1]
    model = registry.load(folder, model_id)
    local = now.astimezone(here.clinic.zone).date()
    request = FeatureRequest(
        prior_rate=model.prior_rate,
        decide_at=now,
        late_cancel_hours=late_cancel_hours(here.clinic.definitions),
        first_day=local,
        last_day=local + here.clinic.risk.horizon + timedelta(days=1),
    )
    with loaded_warehouse(here, now) as (con, _):
        return model_id, model, visit_features(con, request)


def _write(
    here: Room,
    wanted: dict[str, Any],
    model_id: str,
    model: "TrainedModel",
    frame: "pd.DataFrame",
    now: datetime,
) -> Counter[str]:
    frame = frame[frame["visit_key"].isin(list(wanted))]
    scored = model.score(frame)
    cuts, rows, drawn = model.tier_cuts, [], []
    counts: Counter[str] = Counter()
    for key, score, reasons in scored.itertuples(index=False):
        visit = wanted[key]
        tier = tier_of(float(score), cuts.medium, cuts.high)
        counts[tier.value] += 1
        rows.append(_score_row(visit, float(score), tier, list(reasons), model_id, now))
        quarter = quarter_of(float(score), cuts.low, cuts.medium, cuts.high)
        drawn.append((visit.visit_id, quarter, float(score)))
    with here.ledger.write() as con:
        insert_new(con, risk_scores, rows)
        insert_new(con, assignments, _arm_rows(con, drawn, now))
    return counts


def _score_row(
    visit: Any, score: float, tier: RiskTier, reasons: list[str], model_id: str, now: datetime
) -> dict[str, Any]:
    return {
        "visit_id": visit.visit_id,
        "visit_version": visit.version,
        "score": score,
        "tier": tier.value,
        "reasons": json.dumps(reasons, ensure_ascii=False),
        "model_id": model_id,
        "scored_at": now,
    }


def _arm_rows(
    con: Connection, scored: list[tuple[str, str, float]], now: datetime
) -> list[dict[str, Any]]:
    """Drawn once a visit: what was moved keeps its arm, whichever sprint began or ended since."""
    draw = draw_now(con)
    known = arms_of(con, [visit_id for visit_id, _, _ in scored])
    return [
        {
            "visit_id": visit_id,
            "sprint": draw.sprint,
            "arm": drawn_arm(draw, visit_id, quarter),
            "stratum": quarter,
            "score": score,
            "assigned_at": now,
        }
        for visit_id, quarter, score in scored
        if visit_id not in known
    ]


def _archive_forecast(here: Room, now: datetime) -> None:
    """Keep the forecast as it stands now; without it the model's weather is simply unknown."""
    from connectors.errors import ConnectorError
    from tasks.wiring import weather

    source = weather(here.clinic)
    if source is None:
        return
    today = now.astimezone(here.clinic.zone).date()
    try:
        with closing(source):
            days = source.forecast(today, today + here.clinic.risk.horizon + timedelta(days=1))
    except ConnectorError:
        return
    with here.ledger.write() as con:
        for one in days:
            records.add_forecast(con, source.place, one.day, now, one.values)
