"""The table of what a comparison of two looks at the book says."""

from datetime import UTC, datetime, timedelta

import pytest

from data_contracts.visit import BookChange, Visit, VisitState, VisitStatus
from rules.book import changes, version_changes

MONDAY = datetime(2026, 1, 5, 16, tzinfo=UTC)
BOOKED, RESCHEDULED, CANCELLED, UNCANCELLED, ARRIVED, NO_SHOW, DELETED = BookChange


def looked(status: str, **other: object) -> Visit:
    """Ana's visit with Caro as the practice system shows it now."""
    values: dict[str, object] = {
        "source_id": "501",
        "patient_source_id": "31",
        "practitioner_source_id": "caro",
        "location_source_id": "northside",
        "starts_at": MONDAY,
        "booked_at": MONDAY - timedelta(days=9),
        "updated_at": MONDAY - timedelta(days=1),
    }
    return Visit.model_validate(values | {"status": status} | other)


def known(status: str) -> VisitState:
    """The same visit as we knew it two days before."""
    return VisitState(
        visit_id="v1",
        version=1,
        starts_at=MONDAY,
        booked_at=MONDAY - timedelta(days=9),
        practitioner_source_id="caro",
        location_source_id="northside",
        status=VisitStatus(status),
        updated_at=MONDAY - timedelta(days=2),
    )


LATER = {"starts_at": MONDAY + timedelta(hours=1)}
OTHER_THERAPIST = {"practitioner_source_id": "dev"}
OTHER_PLACE = {"location_source_id": "riverbend"}
STALE = {"updated_at": MONDAY - timedelta(days=3)}
LONGER = {"ends_at": MONDAY + timedelta(hours=2)}

TABLE: list[tuple[str | None, str, dict[str, datetime | str], list[BookChange]]] = [
    # known as        now         with             says
    (None, "booked", {}, [BOOKED]),
    (None, "cancelled", {}, [BOOKED, CANCELLED]),
    (None, "arrived", {}, [BOOKED, ARRIVED]),
    (None, "no_show", {}, [BOOKED, NO_SHOW]),
    (None, "deleted", {}, []),
    ("booked", "booked", {}, []),
    ("booked", "booked", dict(LONGER), []),
    ("booked", "booked", dict(LATER), [RESCHEDULED]),
    ("booked", "booked", dict(OTHER_THERAPIST), [RESCHEDULED]),
    ("booked", "booked", dict(OTHER_PLACE), [RESCHEDULED]),
    ("booked", "cancelled", {}, [CANCELLED]),
    ("booked", "cancelled", dict(LATER), [CANCELLED]),
    ("booked", "arrived", {}, [ARRIVED]),
    ("booked", "arrived", dict(LATER), [RESCHEDULED, ARRIVED]),
    ("booked", "no_show", {}, [NO_SHOW]),
    ("booked", "deleted", {}, [DELETED]),
    ("booked", "cancelled", dict(STALE), []),
    ("cancelled", "cancelled", {}, []),
    ("cancelled", "booked", {}, [UNCANCELLED]),
    ("cancelled", "booked", dict(LATER), [UNCANCELLED, RESCHEDULED]),
    ("cancelled", "arrived", {}, [UNCANCELLED, ARRIVED]),
    ("cancelled", "deleted", {}, [DELETED]),
    ("deleted", "booked", {}, [UNCANCELLED]),
    ("no_show", "arrived", {}, [ARRIVED]),
    ("arrived", "no_show", {}, [NO_SHOW]),
    ("arrived", "booked", {}, []),
    ("no_show", "booked", dict(LATER), [RESCHEDULED]),
]


@pytest.mark.parametrize(("before", "now", "other", "says"), TABLE)
def test_two_looks_say_what_happened(
    before: str | None, now: str, other: dict[str, datetime | str], says: list[BookChange]
) -> None:
    old = known(before) if before else None
    assert changes(old, looked(now, **other)) == says


@pytest.mark.parametrize(
    ("other", "is_new"),
    [({}, False), (LONGER, False), (LATER, True), (OTHER_THERAPIST, True), (OTHER_PLACE, True)],
)
def test_a_version_is_start_therapist_and_place(other: dict[str, object], is_new: bool) -> None:
    assert version_changes(known("booked"), looked("booked", **other)) is is_new


def test_every_status_is_in_the_table() -> None:
    assert {row[1] for row in TABLE} == {one.value for one in VisitStatus}
