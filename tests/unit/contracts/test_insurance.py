"""The clinic file's part about payers: what it refuses, and whom it finds by a name."""

import pytest
import yaml

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import ClinicFileError
from data_contracts.inquiry import Person
from data_contracts.npi import is_npi
from tests.cast import clinic_file

PART = {
    "clearinghouse": {"vendor": "stedi", "api_key": "NORTHSIDE_STEDI_KEY"},
    "asker": {"npi": "1999999984", "organization": "Northside PT"},
    "originator": "9NORTHSIDE",
    "payers": {
        "acme": {"payer_id": "60054", "name": "Acme", "aliases": ["Acme Health, Inc."]},
        "medicare": {"payer_id": "CMS", "name": "Medicare", "is_medicare": True},
    },
}


def _loaded(tmp_path, **changes):
    path = tmp_path / "northside.yaml"
    path.write_text(yaml.safe_dump(clinic_file(insurance=PART | changes)), encoding="utf-8")
    return load_clinic(path).insurance


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Acme", "acme"),
        ("ACME HEALTH INC", "acme"),
        ("  acme  health, inc. ", "acme"),
        ("medicare", "medicare"),
        ("Acme Health", None),
        ("", None),
    ],
)
def test_a_payer_is_found_however_its_name_is_spelled(tmp_path, written, key):
    found = _loaded(tmp_path).named(written)
    assert (found and found[0]) == key


def test_what_is_not_said_is_sensible(tmp_path):
    part = _loaded(tmp_path)
    assert part.payers["acme"].service_types == ("30", "PT")
    assert part.payers["acme"].if_silent == ("AE",)
    assert part.clearinghouse.in_flight == 50


STEDI = {"vendor": "stedi", "api_key": "KEY"}
TWICE = {
    "acme": {"payer_id": "1", "name": "Acme", "aliases": ["B.C."]},
    "blue": {"payer_id": "2", "name": "b c"},
}
WRONG = [
    ({"asker": {"npi": "1999999983", "organization": "Northside"}}, "npi"),
    ({"asker": {"npi": "1999999984"}}, "asker: give organization"),
    ({"originator": "NORTHSIDE9"}, "originator"),
    ({"payers": {}}, "payers"),
    ({"payers": TWICE}, "both written"),
    ({"clearinghouse": STEDI | {"vendor": "availity"}}, "clearinghouse"),
    ({"clearinghouse": STEDI | {"transport": "core_soap"}}, "needs account"),
    ({"clearinghouse": STEDI | {"api_key": "the key itself"}}, "api_key"),
    ({"clearinghouse": STEDI | {"base_url": "https://hooks.zapier.com"}}, "blocked"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_a_part_that_cannot_work_is_refused_where_it_stands(tmp_path, changes, words):
    with pytest.raises(ClinicFileError, match=words):
        _loaded(tmp_path, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"originator": "9north"}, "originator is not in the form expected; write 1 and the EIN"),
        ({"asker": {"npi": "12"}}, "asker.npi is not in the form expected; write the ten digits"),
        ({"payers": {"Blue": {"payer_id": "1", "name": "B"}}}, "each payer's key in lower-case"),
        ({"payers": {"b1": {"payer_id": "1", "nam": "B"}}}, r"payers.b1.nam is .* mean name\?"),
        ({"clearinghouse": STEDI | {"apikey": "X"}}, r"clearinghouse.apikey is not a key we know"),
        (
            {"payers": {"b1": {"payer_id": "1", "name": "B", "service_types": ["pt"]}}},
            "one or two characters of a service type",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(tmp_path, changes, words):
    with pytest.raises(ClinicFileError, match=words):
        _loaded(tmp_path, **changes)


@pytest.mark.parametrize("npi", ["1999999984", "1234567893", "1245319599"])
def test_an_npi_checks_itself(npi):
    assert is_npi(npi)
    wrong = [npi[:-1] + str(digit) for digit in range(10) if str(digit) != npi[-1]]
    assert not any(map(is_npi, wrong))
    assert not is_npi(npi[1] + npi[0] + npi[2:])


def test_a_person_is_not_shown_with_a_question():
    ana = Person(first_name="Ana", last_name="Quagmire", member_id="QQ1", birth_date="1980-01-02")
    assert "Quagmire" not in repr(ana)
    assert "1980" not in f"{ana!s} {ana!r}"
