"""Training: the kind in use is the one to beat, and no test outcome enters what is judged."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest

from data_contracts.visit import VisitStatus
from ledger import records
from models.no_show import registry
from models.no_show.evaluate import NotEnoughHistory
from models.no_show.train import train
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse
from tasks.room import Room
from tasks.training import history, judge, judged_frame, kind_in_use, train_champion
from tests.cast import NOW, crowd, snapshot, visit

Enter = Callable[..., Room]


def fill(
    room: Room, days: int, a_day: int, now: datetime = NOW, *, is_chance: bool = False
) -> None:
    """Days in which one person in four hardly comes, up to the eve of `now`; or all miss alike."""
    chance, past = Random(5), []
    for number in range(days * a_day):
        who = number % 90
        starts_at = now - timedelta(days=days - number // a_day, hours=number % 5)
        usual = 0.7 if who % 4 == 0 else 0.06
        misses = chance.random() < (0.2 if is_chance else usual)
        past.append(
            visit(
                f"p{who}",
                source_id=f"v{number}",
                starts_at=starts_at,
                booked_at=starts_at - timedelta(days=who % 9),
                updated_at=starts_at,
                status=VisitStatus.NO_SHOW if misses else VisitStatus.ARRIVED,
            )
        )
    keep_snapshot(room, snapshot(crowd(90), past), now)
    load_warehouse(room, now)


def put_in_use(room: Room, kind: str) -> None:
    folder = room.ledger.home / "models"
    registry.promote(folder, registry.save(folder, train(history(room, NOW), NOW, kind)))


def test_the_first_model_follows_the_history(enter: Enter) -> None:
    room = enter()
    assert kind_in_use(room) is None
    assert train_champion(room, NOW)[0] == "prior"
    fill(room, 200, 4)
    assert kind_in_use(room) == "prior"
    kind, model_id, card = train_champion(room, NOW)
    assert kind == "logistic" == kind_in_use(room)
    assert model_id in card
    with room.ledger.read() as con:
        kept = records.cursor(con, "model")
    assert (kept["model_id"], kept["kind"]) == (model_id, kind)


@pytest.mark.slow
def test_a_logistic_in_use_stays_where_the_difference_may_be_chance(enter: Enter) -> None:
    """Judged by itself another kind would be the first."""
    room = enter()
    fill(room, 200, 14, is_chance=True)  # there is nothing that the other kind could know better
    assert judge(room, NOW)["promoted"] != "logistic"
    put_in_use(room, "logistic")
    assert judge(room, NOW)["promoted"] == "logistic"
    assert train_champion(room, NOW)[0] == "logistic"


def test_too_little_to_judge_by_changes_no_kind(enter: Enter) -> None:
    """Nobody missed yet but in the last days: there is nothing to learn from before them."""
    room = enter()
    fill(room, 3, 4)
    put_in_use(room, "lookup")
    with pytest.raises(NotEnoughHistory):
        judge(room, NOW)
    assert train_champion(room, NOW)[0] == "lookup"


def test_a_damaged_champion_is_trained_anew(enter: Enter) -> None:
    room = enter()
    fill(room, 100, 4)
    put_in_use(room, "logistic")
    folder = room.ledger.home / "models"
    (folder / str(registry.champion_id(folder)) / "model.json").write_text("{}")
    assert kind_in_use(room) is None
    assert train_champion(room, NOW)[0] == "logistic"
    assert registry.champion(folder) is not None


def test_what_is_judged_starts_from_a_rate_of_before_and_what_is_kept_from_all(
    enter: Enter,
) -> None:
    room = enter()
    fill(room, 200, 4)
    judged, full = judged_frame(room, NOW), history(room, NOW)
    assert judged["prior_rate"].iloc[0] != full["prior_rate"].iloc[0]
    eve = full[full["visit_on"] < NOW.date().isoformat()]
    assert full["prior_rate"].iloc[0] == pytest.approx(eve["missed"].mean())
    _, model_id, _ = train_champion(room, NOW)
    model = registry.load(room.ledger.home / "models", model_id)
    assert model.prior_rate == full["prior_rate"].iloc[0]
    assert model.labelled_rows == len(eve)


def test_outcomes_of_the_test_period_change_nothing_in_the_features_judged(enter: Enter) -> None:
    """Turned over from the first test day on, they leave the first week's columns as they were."""
    room = enter()
    fill(room, 200, 4)
    before = judged_frame(room, NOW)
    begin = NOW - timedelta(days=28 * 2)
    turned = [
        visit(f"p{n % 90}", source_id=f"v{n}", starts_at=starts_at, booked_at=starts_at -
              timedelta(days=n % 90 % 9), updated_at=NOW, status=VisitStatus.NO_SHOW)
        for n in range(800)
        if (starts_at := NOW - timedelta(days=200 - n // 4, hours=n % 5)) >= begin
    ]  # fmt: skip
    keep_snapshot(room, snapshot(crowd(90), turned), NOW)
    load_warehouse(room, NOW)
    after = judged_frame(room, NOW)
    known = before["visit_on"].dt.date < begin.date()
    columns = before.columns.drop("missed")
    assert after.loc[known, columns].equals(before.loc[known, columns])
