"""A year of a made-up clinic: 7,000 visits whose risk is known, reminders, scores."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import duckdb
import numpy as np
import pandas as pd

from data_contracts.metric import MetricParameters
from warehouse.load import load_messages, load_scores, load_visits
from warehouse.report.facts import Batch, CallList, ModelSummary, ReportFacts

NOW: Final = datetime(2026, 11, 23, 15, tzinfo=UTC)
STARTED_ON: Final = date(2026, 8, 31)
PARAMETERS: Final = MetricParameters(timezone="America/Denver", visit_value_cents=9800)


@dataclass(frozen=True)
class MadeUpYear:
    """What went in, to hold the page against."""

    visits: pd.DataFrame
    messages: pd.DataFrame
    scores: pd.DataFrame


def make_year(reminders_help: float = 0.35, seed: int = 7, visits: int = 7000) -> MadeUpYear:
    """`reminders_help`: the share of misses that vanish from STARTED_ON on."""
    random = np.random.default_rng(seed)
    book = _book(random, visits, reminders_help)
    return MadeUpYear(book.drop(columns="risk"), _messages(random, book), _scores(random, book))


def put_year(con: duckdb.DuckDBPyConnection, year: MadeUpYear) -> None:
    """Into a migrated warehouse, by the loader that flows use."""
    load_visits(con, year.visits)
    load_messages(con, year.messages)
    load_scores(con, year.scores)


def facts(**changed: object) -> ReportFacts:
    """A clinic's facts on a good day."""
    good = ReportFacts(
        clinic_name="Northside Physical Therapy",
        parameters=PARAMETERS,
        delivery="sandbox",
        started_on=STARTED_ON,
        model=ModelSummary(
            model_id="no-show-4f1c2ab9",
            kind="xgboost",
            trained_at=NOW - timedelta(days=2),
            evaluated_on="1,204 later visits that it had not seen",
            auc=0.71,
            auc_low=0.67,
            auc_high=0.75,
        ),
        batches=tuple(
            Batch(
                table=table, fetched_at=NOW - timedelta(hours=hours), rows=rows, refused=hours % 3
            )
            for hours, table, rows in [
                (1, "visits", 41),
                (13, "visits", 7120),
                (13, "patients", 212),
            ]
        ),
        quarantine={"ends before it starts": 3, "no start time": 1},
        last_sync_at=NOW - timedelta(minutes=12),
        call_list=CallList(open=5, done=11),
    )
    return good.model_copy(update=changed)


def _book(random: np.random.Generator, visits: int, reminders_help: float) -> pd.DataFrame:
    day = random.integers(-364, 10, visits)
    hour = random.integers(8, 17, visits)
    starts = [
        datetime(2026, 11, 23, 7, tzinfo=UTC) + timedelta(days=int(d), hours=int(h))
        for d, h in zip(day, hour, strict=True)
    ]
    patient = random.integers(0, 200, visits)
    habit = random.normal(0, 0.9, 200)
    risk = 1 / (1 + np.exp(-(-1.75 + habit[patient] + random.normal(0, 0.3, visits))))
    is_reminded = np.array([start.date() >= STARTED_ON for start in starts])
    risk = risk * np.where(is_reminded, 1 - reminders_help, 1)
    drawn, other = random.random(visits), random.random(visits)
    status = np.where(drawn < risk, "no_show", np.where(other < 0.12, "cancelled", "arrived"))
    is_ahead = np.array([start > NOW for start in starts])
    notice = random.choice([4, 12, 40, 90], visits)
    return pd.DataFrame(
        {
            "visit_key": [f"v{n}" for n in range(visits)],
            "patient_key": [f"p{n}" for n in patient],
            "practitioner_key": random.choice(["caro", "dev"], visits),
            "booked_at": [start - timedelta(days=9) for start in starts],
            "starts_at": starts,
            "is_time_known": True,
            "status": np.where(is_ahead, "booked", status),
            "cancelled_at": [
                start - timedelta(hours=int(h)) if s == "cancelled" and not ahead else pd.NaT
                for start, h, s, ahead in zip(starts, notice, status, is_ahead, strict=True)
            ],
            "clinic_tz": "America/Denver",
            "version": 1,
            "updated_at": NOW,
            "risk": risk,
        }
    )


def _tier(risk: pd.Series) -> np.ndarray:
    return np.select([risk > 0.25, risk > 0.12], ["high", "medium"], "low")


def _scores(random: np.random.Generator, book: pd.DataFrame) -> pd.DataFrame:
    seen = book[book.starts_at.dt.date >= STARTED_ON]
    score = (seen.risk * random.uniform(0.8, 1.25, len(seen))).clip(0.01, 0.95)
    # A score is never younger than the page.
    scored_at = (seen.starts_at - timedelta(hours=30)).clip(upper=NOW - timedelta(hours=1))
    return pd.DataFrame(
        {
            "visit_key": seen.visit_key,
            "score": score,
            "tier": _tier(score),
            "model_id": "no-show-4f1c2ab9",
            "scored_at": scored_at,
        }
    )


def _messages(random: np.random.Generator, book: pd.DataFrame) -> pd.DataFrame:
    seen = book[(book.starts_at.dt.date >= STARTED_ON) & (book.starts_at < NOW)]
    tier = _tier(seen.risk)
    frames = [_rung(random, seen, tier, "three-days", "sms", 72)]
    frames.append(_rung(random, seen, tier, "one-day", "email", 24))
    frames.append(_rung(random, seen[tier == "high"], tier[tier == "high"], "call", "voice", 26))
    out = pd.concat(frames, ignore_index=True)
    out["message_key"] = [f"m{n}" for n in range(len(out))]
    return out


def _rung(
    random: np.random.Generator,
    seen: pd.DataFrame,
    tier: np.ndarray,
    rung: str,
    channel: str,
    h: int,
) -> pd.DataFrame:
    fates = [
        ("delivered", "receipt"),
        ("undelivered", "bad_number"),
        ("failed", "carrier_refused"),
        ("held", "no_consent"),
        ("expired", "too_late"),
        ("superseded", "visit_moved"),
        ("held", "opted_out"),
    ]
    drawn = random.choice(len(fates), len(seen), p=[0.84, 0.03, 0.01, 0.05, 0.02, 0.03, 0.02])
    planned = seen.starts_at - timedelta(hours=h)
    return pd.DataFrame(
        {
            "visit_key": seen.visit_key,
            "patient_key": seen.patient_key,
            "channel": channel,
            "rung": rung,
            "purpose": "reminder",
            "tier": tier,
            "status": [fates[n][0] for n in drawn],
            "reason": [fates[n][1] for n in drawn],
            "planned_at": planned,
            "sent_at": planned.where(drawn <= 1),
            "cost_cents": 1.1,
        }
    )
