"""Every number of the report, counted once more from the ledger in plain Python.

The book is made up with what makes counting go wrong: moved visits, cancels to the minute of the
notice, deleted ones, two a day, outcomes nobody wrote down; and messages in every state.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.message import REASON_WORDS, Channel, MessageStatus, Reason
from data_contracts.visit import VisitStatus
from ledger.schema import messages, risk_scores, visits
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, publish_warehouse
from tasks.measuring import metric_table, without_money
from tasks.reporting import write_report
from tasks.room import Room
from tests.cast import NOW, crowd, snapshot, visit

DAY, NOTICE = timedelta(days=1), timedelta(hours=24)
LATEST = NOW + 2 * DAY
TIERS = ("low", "medium", "high", None)
STATES = (
    # status, whether the carrier had taken it
    ("delivered", True), ("delivered", True), ("accepted", True), ("undelivered", True),
    ("failed", True), ("failed", False), ("unconfirmed", True), ("confirmed_sent", True),
    ("confirmed_absent", False), ("planned", False), ("held", False), ("claimed", None),
    ("superseded", False), ("expired", False), ("handed_to_staff", False),
)  # fmt: skip


@pytest.fixture
def clinic(enter: Callable[..., Room]) -> Room:
    here, draw = enter(), Random(7)
    people = crowd(40)
    made = [_visit(draw, person.source_id, n) for n, person in enumerate(people * 12)]
    keep_snapshot(here, snapshot(people, made), NOW - 40 * DAY)
    # Some are moved, some deleted, some found later to have been missed.
    changed = [_changed(draw, one) for one in made]
    keep_snapshot(here, snapshot(people, [one for one in changed if one]), LATEST)
    with here.ledger.write() as con:
        for row in list(con.execute(select(visits).order_by(visits.c.source_id))):
            _messages(draw, con, row)
            _scores(draw, con, row)
    load_warehouse(here, LATEST)
    publish_warehouse(here)
    return here


def _visit(draw: Random, patient: str, n: int) -> Any:
    starts_at = LATEST + timedelta(minutes=15 * draw.randint(-30 * 96, 9 * 96))
    status, cancelled_at = "booked", None
    if starts_at < LATEST:
        status = draw.choice(["arrived"] * 6 + ["no_show"] * 2 + ["cancelled"] * 4 + ["booked"])
    elif draw.random() < 0.1:
        status = "cancelled"
    if status == "cancelled":
        early = draw.choice([timedelta(0), timedelta(minutes=1), -timedelta(minutes=1), 3 * DAY])
        cancelled_at = draw.choice([None, starts_at - NOTICE - early, starts_at - early])
    return visit(
        patient,
        f"v{n:03}",
        starts_at=starts_at,
        status=status,
        cancelled_at=cancelled_at,
        booked_at=starts_at - 20 * DAY,
        updated_at=NOW - 41 * DAY,
    )


def _changed(draw: Random, one: Any) -> Any:
    luck = draw.random()
    if luck < 0.05:
        return None
    if luck < 0.15:
        moved = one.starts_at + draw.choice([-DAY, DAY])
        return one.model_copy(update={"starts_at": moved, "updated_at": LATEST})
    if luck < 0.2 and one.starts_at < LATEST:
        return one.model_copy(update={"status": VisitStatus.NO_SHOW, "updated_at": LATEST})
    return one


def _messages(draw: Random, con: Any, row: Any) -> None:
    for rung, channel in (("three_days", "sms"), ("one_day", "email"), ("call_list", "staff")):
        status, has_left = draw.choice(STATES)
        if channel == "staff":
            status, has_left = draw.choice([("handed_to_staff", False), ("superseded", False)])
        at = row.starts_at - draw.choice([DAY, 3 * DAY])
        own = {
            "message_id": f"{row.visit_id[:20]}-{rung}",
            "clinic": "northside",
            "visit_id": row.visit_id,
            "visit_version": row.version,
            "patient_id": row.patient_id,
            "purpose": draw.choice(["reminder"] * 5 + ["new_time"]),
            "rung": rung,
            "channel": channel,
            "tier": draw.choice(TIERS),
            "status": status,
            "reason": draw.choice([Reason.BAD_NUMBER, Reason.NO_CONSENT, Reason.RECEIPT]).value,
            "due_at": at,
            "useful_until": row.starts_at,
            "sent_on": at if has_left is not False else None,
            "planned_at": at,
            "updated_at": at,
        }
        con.execute(messages.insert().values(**own))


def _scores(draw: Random, con: Any, row: Any) -> None:
    for version in range(1, row.version + 1):
        own = {
            "visit_id": row.visit_id,
            "visit_version": version,
            "score": draw.random(),
            "tier": "low",
            "reasons": "[]",
            "model_id": "m",
            "scored_at": NOW + timedelta(minutes=version),
        }
        con.execute(risk_scores.insert().values(**own))


def _is_late(row: Any) -> bool:
    return (
        row.status == "cancelled"
        and row.cancelled_at is not None
        and row.starts_at - row.cancelled_at < NOTICE
    )


def _taken(row: Any) -> bool:
    """Whether a carrier has taken it: a refusal afterwards does not undo that."""
    return row.sent_on is not None and row.status not in ("planned", "claimed", "confirmed_absent")


def recount(here: Room, since: datetime | None = None) -> dict[str, tuple[float, int | None]]:
    """By title: numerator and denominator, by the words of each metric's own question."""
    with here.ledger.read() as con:
        book = list(con.execute(select(visits)))
        sent = list(con.execute(select(messages)))
        latest = {row.visit_id: row for row in _by_version(con)}
    past = [row for row in book if row.starts_at < LATEST and (not since or row.starts_at >= since)]
    known = [row for row in past if row.status in ("arrived", "no_show", "cancelled")]
    counted = [row for row in known if row.status != "cancelled" or _is_late(row)]
    reminders = [row for row in sent if row.purpose == "reminder" and _in(row.planned_at, since)]
    taken = [
        row for row in sent if row.purpose == "reminder" and _taken(row) and _in(row.sent_on, since)
    ]
    ahead = [
        row for row in book if row.status == "booked" and LATEST <= row.starts_at < LATEST + 7 * DAY
    ]
    risk = sum(latest[row.visit_id].score for row in ahead) * 11500
    contacts = [
        row
        for row in sent
        if (_taken(row) and _in(row.sent_on, since))
        or (not _taken(row) and row.status == "handed_to_staff" and _in(row.planned_at, since))
    ]
    return {
        "No-show rate": (sum(row.status == "no_show" for row in counted), len(counted)),
        "Late-cancel rate": (sum(_is_late(row) for row in counted), len(counted)),
        "Arrived per booked slot": (sum(row.status == "arrived" for row in known), len(known)),
        "Reminders sent": (len(taken), None),
        "Reminders delivered": (sum(row.status == "delivered" for row in taken), len(taken)),
        "Reminders failed, by reason": (
            sum(row.status in ("failed", "undelivered") for row in reminders),
            None,
        ),
        "Contacts, by risk tier": (len(contacts), None),
        "Revenue at risk, next 7 days": (pytest.approx(risk), None),
    }


def _by_version(con: Any) -> list[Any]:
    return list(con.execute(select(risk_scores).order_by(risk_scores.c.scored_at)))


def _in(moment: datetime, since: datetime | None) -> bool:
    return moment < LATEST and (since is None or moment >= since)


UNCONNECTED = {
    "Claim denial rate, first pass",
    "Claim denial rate, net",
    "Claims turned back unread",
    "Cost of a new patient",
    "Denied at first pass",
    "Denied, and preventable by a check",
    "Home exercise done",
    "Hours of handwork taken over",
    "Minutes until a visit is verified",
    "Misses prevented, in dollars",
    "Of a claim, already in the chart",
    "Paid after a check found something",
    "Verified at the first asking",
}


def test_the_table_of_metrics_is_what_a_recount_finds(clinic: Room) -> None:
    rows = metric_table(clinic, LATEST)
    shown = {row["metric"]: (row["numerator"], row["denominator"]) for row in rows}
    unconnected = {row["metric"] for row in rows if row["note"].startswith("not connected")}
    # The made-up clinic asks no payer, files no claim, runs no sprint; nobody times or advertises.
    assert unconnected == UNCONNECTED
    assert all(shown.pop(title) == (None, None) for title in unconnected)
    assert shown.pop("Refilled revenue") == (0, None), "no time came free in the made-up book"
    assert shown.pop("Came back for another episode") == (0, 0), "its year is not over"
    # By the value parts' own tests: each visit stands in one of them alone.
    assert shown.pop("Rebooked after a miss") == shown.pop("Revenue recovered, each visit once")
    assert shown == recount(clinic)
    assert all(found[0] for found in shown.values())


def test_what_a_run_shows_of_the_table_holds_no_money(clinic: Room) -> None:
    rows = metric_table(clinic, LATEST)
    titles = {row["metric"] for row in without_money(rows)}
    assert "Revenue at risk, next 7 days" in {row["metric"] for row in rows} - titles
    assert {"No-show rate", "Hours of handwork taken over"} <= titles


def test_the_tiles_of_the_page_are_what_a_recount_of_four_weeks_finds(clinic: Room) -> None:
    page = write_report(clinic, LATEST).read_text(encoding="utf-8")
    found = recount(clinic, LATEST - 28 * DAY)
    for title in ("No-show rate", "Arrived per booked slot", "Reminders delivered"):
        numerator, denominator = found[title]
        assert denominator
        tile = re.search(rf"{title}.{{0,400}}?(\d+\.\d)%", page, re.DOTALL)
        assert tile is not None
        assert float(tile[1]) == round(100 * numerator / denominator, 1)


def test_the_page_says_why_reminders_failed_as_often_as_a_recount(clinic: Room) -> None:
    page = write_report(clinic, LATEST).read_text(encoding="utf-8")
    with clinic.ledger.read() as con:
        rows = list(con.execute(select(messages)))
    failed = Counter(
        row.reason
        for row in rows
        if row.purpose == "reminder"
        and row.status in ("failed", "undelivered")
        and _in(row.planned_at, LATEST - 28 * DAY)
    )
    assert failed
    for reason, count in failed.items():
        words = re.escape(REASON_WORDS[Reason(reason)])
        assert re.search(rf"{words}\s*</t[dh]>\s*<td[^>]*>\s*{count}\s*<", page), (reason, count)


def test_every_state_of_a_message_is_in_the_made_up_book() -> None:
    assert {status for status, _ in STATES} | {"sending"} == set(MessageStatus)
    assert {"sms", "email", "staff"} <= set(Channel)
