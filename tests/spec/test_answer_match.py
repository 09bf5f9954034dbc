"""Whether an answer is about our patient: trace, birth date, family name, first name, member id.

We asked about Katherine Rosen-Diaz, born 1980-01-01, member M10042. A blank was not sent.
"""

from datetime import UTC, date, datetime

from connectors.x12.benefit_271 import read_answers
from data_contracts.inquiry import Asker, Inquiry, Person
from rules.answer_match import match, patients_of
from tests.spec.table import each_row

PEOPLE = """
    trace  | family name   | first name  | born       | member id | match
    OURS01 | ROSEN-DIAZ    | KATHERINE   | 1980-01-01 | M10042    | ours
    OTHER1 | ROSEN-DIAZ | KATHERINE | 1980-01-01 | M10042 | anothers  # another question's answer
    _ | ROSEN-DIAZ | KATHERINE | 1980-01-01 | M10042 | ours  # no trace, but all else fits
    _      | ROSEN-DIAZ    | KATHERINE   | 1980-01-01 | _         | unsure
    OURS01 | ROSEN-DIAZ    | KATHERINE   | 1980-01-02 | M10042    | anothers  # it must be the same
    OURS01 | ROSEN-DIAZ    | KATHERINE   | _          | M10042    | ours  # where it is given
    OURS01 | ROSEN-DIAZ    | KATHERINE   | _          | _         | ours
    OURS01 | ROSEN DIAZ    | KATHERINE   | 1980-01-01 | M10042    | ours  # signs
    OURS01 | RÓSEN-DÍAZ    | KATHERINE   | 1980-01-01 | M10042    | ours  # accents
    OURS01 | ROSEN | KATHERINE | 1980-01-01 | M10042 | ours  # one part of a double name
    OURS01 | ROSEN-DIAZ JR | KATHERINE   | 1980-01-01 | M10042    | ours
    OURS01 | ROZEN-DIAZ    | KATHERINE   | 1980-01-01 | M10042    | ours  # a letter off
    OURS01 | SMITH | KATHERINE | 1980-01-01 | M10042 | anothers  # never on a first name alone
    OURS01 | ROSEN-DIAZ    | KATE        | 1980-01-01 | M10042    | ours  # a nickname
    OURS01 | ROSEN-DIAZ | KATHERINE M | 1980-01-01 | M10042 | ours  # a middle name in its place
    OURS01 | ROSEN-DIAZ    | KATHARINE   | 1980-01-01 | M10042    | ours  # a letter off
    OURS01 | ROSEN-DIAZ    | K           | 1980-01-01 | M10042    | ours  # an initial
    OURS01 | ROSEN-DIAZ | LYDIA | 1980-01-01 | M10042 | unsure  # a twin, or a name we do not know
    OURS01 | ROSEN-DIAZ    | LYDIA       | 1980-01-01 | M999      | anothers
    OURS01 | ROSEN-DIAZ    | _           | 1980-01-01 | M10042    | ours
    OURS01 | ROSEN-DIAZ    | _           | _          | M10042    | unsure
    OURS01 | ROSEN-DIAZ | KATHERINE | 1980-01-01 | M777 | ours  # a new card: said as a doubt
    OURS01 | ROSEN-DIAZ    | KATHERINE   | 1980-01-01 | M1004201  | ours  # with a person's number
    OURS01 | _             | _           | 1980-01-01 | M10042    | ours
    OURS01 | _             | _           | _          | M10042    | unsure
"""

REFUSED = """
    where      | trace  | family name | match
    payer      | _      | _           | ours  # above any patient there is no trace
    provider   | _      | _           | ours
    subscriber | OURS01 | _           | ours  # who was not found cannot be named
    subscriber | OTHER1 | _           | anothers
    subscriber | OURS01 | ROSEN-DIAZ  | ours  # our own question echoed
    subscriber | _      | ROSEN-DIAZ  | unsure
"""
TABLES = {"Answers: whose they are": PEOPLE, "Answers: whose a refusal is": REFUSED}
_HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260310*0900*^*00501*"
    "000000001*0*T*:~GS*HB*PAYER*CLINIC*20260310*0900*1*X*005010X279A1~ST*271*0001*005010X279A1~"
    "BHT*0022*11*REF1*20260310*0900~HL*1**20*1~NM1*PR*2*MERIDIAN*****PI*12345~"
)
_PROVIDER = "HL*2*1*21*1~NM1*1P*2*OUR CLINIC*****XX*1234567893~"


def asked(**dependent):
    anna = Person(
        first_name="Katherine",
        last_name="Rosen-Diaz",
        birth_date=date(1980, 1, 1),
        member_id="M10042",
    )
    return Inquiry(
        trace="OURS01",
        payer_id="12345",
        payer_name="Meridian",
        asker=Asker(npi="1234567893", organization="Our Clinic"),
        subscriber=anna,
        dependent=Person(**dependent) if dependent else None,
        service_on=date(2026, 3, 12),
        asked_at=datetime(2026, 3, 10, 15, tzinfo=UTC),
    )


def level(kind, trace, family, first, born, member):
    given = [None if one == "_" else one for one in (trace, family, first, born, member)]
    trace, family, first, born, member = given
    hl, role = ("HL*3*2*22*1", "IL") if kind == "subscriber" else ("HL*4*3*23*0", "03")
    found = [hl]
    if trace:
        found.append(f"TRN*2*{trace}*9CLINIC001")
    tail = f"***MI*{member}" if member else ""
    found.append(f"NM1*{role}*1*{family or ''}*{first or ''}*{tail}")
    if born:
        found.append(f"DMG*D8*{born.replace('-', '')}")
    return found


def answer(*levels, below=("EB*1**30",)):
    segments = [*[one for level in levels for one in level], *below, "SE*9*0001", "GE*1*1"]
    text = _HEAD + _PROVIDER + "~".join([*segments, "IEA*1*000000001"]) + "~"
    return read_answers(text.encode())[0]


@each_row(PEOPLE)
def test_an_answer_is_ours_or_is_not_used(trace, family_name, first_name, born, member_id, match):
    found = answer(level("subscriber", trace, family_name, first_name, born, member_id))
    assert _match(found) == match


@each_row(REFUSED)
def test_a_refusal_is_ours_by_its_trace(where, trace, family_name, match):
    aaa = "AAA*N**72*C"
    if where == "payer":
        text = _HEAD + aaa + "~SE*9*0001~GE*1*1~IEA*1*000000001~"
        found = read_answers(text.encode())[0]
    elif where == "provider":
        text = _HEAD + _PROVIDER + aaa + "~SE*9*0001~GE*1*1~IEA*1*000000001~"
        found = read_answers(text.encode())[0]
    else:
        first = "_" if family_name == "_" else "KATHERINE"
        found = answer(level("subscriber", trace, family_name, first, "_", "_"), below=(aaa,))
    assert _match(found) == match


def _match(found, **more):
    return match(found, asked(), **more).match


def test_a_vendor_that_writes_the_question_itself_sends_a_trace_of_its_own():
    found = answer(level("subscriber", "VENDOR1", "ROSEN-DIAZ", "KATHERINE", "1980-01-01", "_"))
    assert _match(found) == "anothers"
    assert _match(found, carries_trace=False) == "ours"
    a_name = answer(level("subscriber", "VENDOR1", "ROSEN-DIAZ", "KATHERINE", "_", "_"))
    assert _match(a_name, carries_trace=False) == "unsure", "a name alone is somebody's"


def test_a_dependent_may_be_answered_at_the_subscribers_level():
    child = asked(first_name="Leo", last_name="Diaz", birth_date=date(2015, 5, 5))
    found = answer(level("subscriber", "OURS01", "DIAZ", "LEO", "2015-05-05", "M10042"))
    assert match(found, child).match == "ours"


def test_the_parents_own_answer_is_not_the_childs():
    child = asked(first_name="Leo", last_name="Rosen-Diaz", birth_date=date(2015, 5, 5))
    parent = level("subscriber", "OURS01", "ROSEN-DIAZ", "KATHERINE", "1980-01-01", "M10042")
    assert match(answer(parent), child).match == "anothers"


def test_of_several_dependents_ours_is_found():
    child = asked(first_name="Leo", last_name="Diaz", birth_date=date(2015, 5, 5))
    found = answer(
        level("subscriber", "_", "ROSEN-DIAZ", "KATHERINE", "1980-01-01", "M10042"),
        level("dependent", "OURS01", "DIAZ", "MIA", "2015-05-05", "_"),
        level("dependent", "OURS01", "DIAZ", "LEO", "2015-05-05", "_"),
    )
    verdict = match(found, child)
    assert verdict.match == "ours"
    assert verdict.answer.patient.who.first_name == "LEO"


def test_doubts_hold_nothing_of_a_person():
    found = answer(level("subscriber", "OURS01", "SMITH", "JOHN", "1980-01-02", "M1"))
    assert [str(one) for one in match(found, asked()).doubts] == ["the birth date is another"]


def test_patients_are_counted_by_who_they_are():
    one = answer(level("subscriber", "OURS01", "ROSEN", "ANA", "1980-01-01", "M1"))
    other = answer(level("subscriber", "OURS01", "ROSEN", "BO", "1980-01-01", "M1"))
    assert (patients_of([one, one]), patients_of([one, other])) == (1, 2)
