"""A model on disk is data, whole, and what its name says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.no_show import registry
from models.no_show.card import render_card
from models.no_show.evaluate import evaluate
from models.no_show.recalibrate import recalibrate
from models.no_show.train import train

Clinic = Callable[..., pd.DataFrame]


@pytest.mark.parametrize("kind", ["xgboost", "logistic", "lookup", "prior"])
def test_a_model_read_back_scores_the_same(
    clinic: Clinic, now: datetime, tmp_path: Path, kind: str
) -> None:
    frame = clinic(2500)
    model = train(frame, now, kind=kind)
    name = registry.save(tmp_path, model)
    again = registry.load(tmp_path, name)
    assert (again.kind, registry.model_id(again)) == (kind, name)
    assert again.tier_cuts == model.tier_cuts
    np.testing.assert_array_equal(again.probabilities(frame), model.probabilities(frame))
    assert {file.suffix for file in (tmp_path / name).iterdir()} <= {".json", ".ubj"}


def test_the_name_is_the_content(clinic: Clinic, now: datetime, tmp_path: Path) -> None:
    frame = clinic(2500)
    model = train(frame, now)
    assert registry.save(tmp_path, model) == registry.save(tmp_path, train(frame, now))
    week_later = recalibrate(model, frame, now - timedelta(days=60))
    assert registry.model_id(week_later) != registry.model_id(model)


def test_a_changed_model_is_refused(clinic: Clinic, now: datetime, tmp_path: Path) -> None:
    name = registry.save(tmp_path, train(clinic(400), now))
    file = tmp_path / name / "logistic.json"
    file.write_bytes(file.read_bytes().replace(b'"weight": ', b'"weight": 1', 1))
    with pytest.raises(registry.ModelDamaged, match="does not match its id"):
        registry.load(tmp_path, name)


@pytest.mark.parametrize("name", ["../../etc", "0123456789abcdef", ""])
def test_a_model_that_is_not_there_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(registry.ModelDamaged, match="no such model"):
        registry.load(tmp_path, name)


def test_the_champion_is_who_was_promoted_last(
    clinic: Clinic, now: datetime, tmp_path: Path
) -> None:
    assert registry.champion(tmp_path) is registry.champion_id(tmp_path) is None
    frame = clinic(2500)
    for kind in ("lookup", "logistic"):
        registry.promote(tmp_path, registry.save(tmp_path, train(frame, now, kind=kind)))
        champion = registry.champion(tmp_path)
        assert champion is not None
        assert champion.kind == kind
    with pytest.raises(registry.ModelDamaged):
        registry.promote(tmp_path, "0123456789abcdef")
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_the_card_tells_the_numbers_and_the_limits(clinic: Clinic, now: datetime) -> None:
    frame = clinic(3000)
    model = train(frame, now)
    card = render_card(model, registry.model_id(model), evaluate(frame, None, None, seed=0))
    assert "learnt from 3,000 visits" in card
    assert "| xgboost | actionable |" in card
    assert "Never double-book" in card
    guess = render_card(train(frame.head(0), now), "0" * 16, None)
    assert "No model has been learnt here yet" in guess
    assert "Not evaluated yet" in guess
