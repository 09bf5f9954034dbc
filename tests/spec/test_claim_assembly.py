"""What a claim is made of, where each part comes from, and what a person would have to add."""

from datetime import UTC, date, datetime
from decimal import Decimal

from data_contracts.charge_row import ChargeRow
from data_contracts.claim import BillingProvider, PostalAddress, Relationship
from data_contracts.day_charges import Cover, KnownPatient
from data_contracts.policy import Relation
from rules.claim_assembly import by_claim, claim_of, draft_of, fields_of, gaps, merged
from tests.spec.table import each_row

ROWS = """
    known              | told                     | left
                       | c1@1                     | c1@1
    c1@1               | c1@2                     | c1@2       # the newer word
    c1@2               | c1@1                     | c1@2
    c1@1 c2@1          | c2@2                     | c1@1 c2@2  # a report of changes
    c1@1 c2@1          | c2@2-                    | c1@1       # taken back
    c1@1               | c1@2-                    |
"""

MISSING = """
    without                           | missing
                                      |
    patient_gender                    | patient.gender
    patient_street                    | patient.address
    patient_postal_code               | patient.address
    diagnoses                         | diagnoses lines[1].diagnoses
    minutes                           | lines[1].minutes
    rendering_last_name              | rendering
    place_of_service                  | place_of_service
    member_id                         | member_id
    payer_id                          | payer
    first_name                        | patient.name
    birth_date                        | patient.birth_date
"""

TABLES = {
    "Claims: rows of charges, `c2@2-` is taken back at 2": ROWS,
    "Claims: what a person would have to add": MISSING,
}

WHO = KnownPatient("Jane", "Doe", date(1980, 1, 2))
COVER = Cover(
    "evergreen", "EVER1", "Evergreen Health", "CI", "W123", "G1", Relation.SELF, None, None, None
)
BILLING = BillingProvider(
    npi="1234567893",
    name="Northside PT",
    tax_id="841234567",
    address=PostalAddress(street="1 Main St", city="Denver", state="CO", postal_code="802021234"),
)


def row(source_id="c1", **changes):
    """A row of a chart that lacks nothing."""
    values = {
        "source_id": source_id,
        "patient_source_id": "jane",
        "visit_source_id": "v1",
        "service_on": date(2026, 11, 20),
        "code": "97110",
        "units": 2,
        "minutes": 30,
        "charge": Decimal("120.50"),
        "modifiers": ("GP",),
        "diagnoses": ("M5450",),
        "payer": "Evergreen",
        "place_of_service": "11",
        "rendering_npi": "1999999984",
        "rendering_first_name": "Ann",
        "rendering_last_name": "Lee",
        "patient_gender": "F",
        "patient_street": "12 Elm St",
        "patient_city": "Denver",
        "patient_state": "CO",
        "patient_postal_code": "80202-1111",
        "updated_at": datetime(2026, 11, 21, tzinfo=UTC),
    }
    return ChargeRow(**(values | changes))


@each_row(ROWS)
def test_the_newest_word_on_a_charge_counts(known, told, left):
    found = merged(*([told_row(one) for one in side.split()] for side in (known, told)))
    assert found == [told_row(one) for one in left.split()]


@each_row(MISSING)
def test_what_nobody_said_is_counted_and_named(without, missing):
    changes = {without: () if without == "diagnoses" else None} if without else {}
    of_row = {name: one for name, one in changes.items() if name in ChargeRow.model_fields}
    who = WHO._replace(**{n: v for n, v in changes.items() if n in WHO._fields})
    cover = COVER._replace(**{n: v for n, v in changes.items() if n in ("member_id", "payer_id")})
    (day,) = by_claim([row(**of_row)]).values()
    fields = fields_of(day, who, cover, day.newest.place_of_service)
    assert [one.name for one in fields if not one.is_there] == missing.split()
    assert len(fields) == 14


def test_a_claim_is_one_patient_s_day_with_one_therapist():
    rows = [
        row("c1"),
        row("c2", code="97140"),
        row("c3", rendering_npi="1888888884"),
        row("c4", service_on=date(2026, 11, 21)),
        row("c5", patient_source_id="tim"),
    ]
    assert [len(day.rows) for day in by_claim(rows).values()] == [2, 1, 1, 1]


def test_a_whole_chart_makes_a_claim_that_can_leave():
    rows = [row("c1"), row("c2", code="97140", diagnoses=("M6281", "M5450"), units=1)]
    (day,) = by_claim(rows).values()
    draft = draft_of("C1", day, WHO, COVER, BILLING.npi, "11")
    claim = claim_of(draft, day, COVER, BILLING, ["L1", "L2"])
    assert claim.total == Decimal("241.00")
    assert claim.diagnoses == ("M5450", "M6281")
    assert [line.diagnoses for line in claim.lines] == [(1,), (2, 1)]
    assert claim.subscriber.person.member_id == "W123"
    assert claim.subscriber.address.postal_code == "802021111"
    assert list(gaps(day, BILLING.npi)) == []


def test_a_dependent_is_the_patient_and_the_holder_has_the_number():
    child = COVER._replace(
        relation=Relation.CHILD,
        first_name="Sam",
        last_name="Doe",
        birth_date=date(1970, 1, 1),
    )
    (day,) = by_claim([row()]).values()
    draft = draft_of("C1", day, WHO, child, BILLING.npi, "11")
    assert (draft.subscriber.first_name, draft.subscriber.member_id) == ("Sam", "W123")
    assert (draft.dependent.first_name, draft.dependent.member_id) == ("Jane", None)
    claim = claim_of(draft, day, child, BILLING, ["L1"])
    assert claim.relationship is Relationship.CHILD
    assert claim.dependent.address is not None
    assert len(fields_of(day, WHO, child, "11")) == 16


def test_without_a_plan_the_draft_says_so_and_makes_nothing_up():
    (day,) = by_claim([row()]).values()
    draft = draft_of("C1", day, WHO, None, BILLING.npi, "11")
    assert (draft.payer_id, draft.payer_name) == (None, "Evergreen")
    assert draft.subscriber.member_id is None


def test_an_address_that_no_payer_takes_is_a_gap():
    (day,) = by_claim([row(patient_postal_code="802")]).values()
    assert [one.code for one in gaps(day, BILLING.npi)] == ["address.missing"]


def test_a_provider_who_would_fall_out_of_the_claim_is_a_gap():
    for changes, codes in (
        ({"rendering_last_name": None}, ["rendering.unnamed"]),
        ({"rendering_last_name": None, "rendering_npi": BILLING.npi}, []),
        ({"rendering_first_name": None}, []),
        ({"referring_npi": "1888888884"}, ["referring.unnamed"]),
        ({"referring_npi": "1888888884", "referring_last_name": "Ray"}, []),
        ({"referring_npi": None}, []),
    ):
        (day,) = by_claim([row(**changes)]).values()
        assert [one.code for one in gaps(day, BILLING.npi)] == codes


def told_row(text):
    """`c2@2-`: charge c2 as it was said at 2, taken back."""
    source_id, _, at = text.partition("@")
    return row(
        source_id,
        updated_at=datetime(2026, 11, int(at.rstrip("-")), tzinfo=UTC),
        is_removed=at.endswith("-"),
    )
