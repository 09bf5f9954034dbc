"""What would go wrong with a clinic's questions to payers; a grave concern stops them."""

from datetime import date

from data_contracts.insurance import Insurance
from rules.insurance_lint import lint_insurance
from tests.spec.table import each_row

TODAY = date(2026, 11, 26)
CONCERNS = """
    payer                                                        | vendor | grave | concern
    name: Acme                                                   | stedi  |       |
    name: Acme, needs: yes                                       | stedi  | yes   | only whom it has enrolled
    name: Acme, needs: yes, enrolled: 2026-11-26                 | stedi  |       |
    name: Acme, needs: yes, enrolled: 2026-11-27                 | stedi  | yes   | only whom it has enrolled
    name: Medicare, medicare: yes                                | other  | yes   | only whom it has enrolled
    name: Medicare, medicare: yes, enrolled: 2026-01-05          | other  |       |
    name: Medicare, medicare: yes, enrolled: 2026-01-05          | stedi  | yes   | where it began
    name: Medicare, medicare: yes, enrolled: 2026-01-05          | origin |       |
    name: Medicare Part B                                        | stedi  |       | might be asked twice a day
    name: Acme Medicare Advantage                                | stedi  |       |          # a private plan
    name: AARP Medicare Complete                                 | stedi  |       |          # a private plan
    name: Acme, types: 30                                        | stedi  |       | physical therapy is not asked for
    name: Acme, types: PT                                        | stedi  |       | the plan itself is not asked for
    name: Acme, options: last_name                               | stedi  |       | a search option names neither
    name: Acme, options: last_name birth_date                    | stedi  |       |
"""  # noqa: E501
TABLES = {"Concerns about a clinic's payers": CONCERNS}
HOUSES = {
    "stedi": {"vendor": "stedi", "api_key": "KEY"},
    "origin": {"vendor": "stedi", "api_key": "KEY", "origin": "203.0.113.7"},
    "other": {"vendor": "eligible", "api_key": "KEY"},
}
NAMES = {
    "name": "name",
    "needs": "needs_enrolment",
    "medicare": "is_medicare",
    "enrolled": "enrolled_on",
    "types": "service_types",
    "options": "search_options",
}


def _payer(text: str) -> dict[str, object]:
    said = dict(part.split(": ", 1) for part in text.split(", "))
    made: dict[str, object] = {NAMES[name]: value for name, value in said.items()}
    if "types" in said:
        made["service_types"] = said["types"].split()
    if "options" in said:
        made["search_options"] = [said["options"].split()]
    return {"payer_id": "60054"} | made


def _part(payers: dict[str, dict[str, object]], vendor: str = "other") -> Insurance:
    return Insurance.model_validate(
        {
            "clearinghouse": HOUSES[vendor],
            "asker": {"npi": "1999999984", "organization": "Northside PT"},
            "originator": "9NORTHSIDE",
            "payers": payers,
        }
    )


@each_row(CONCERNS)
def test_a_concern_is_found_and_weighed(payer, vendor, grave, concern):
    found = lint_insurance(_part({"acme": _payer(payer)}, vendor), TODAY)
    assert len(found) == bool(concern)
    for one in found:
        assert concern in one.what
        assert one.is_grave is (grave == "yes")
        assert one.do


def test_one_payer_of_theirs_is_one_of_ours():
    part = _part({"acme": _payer("name: Acme"), "acme_ppo": _payer("name: Acme PPO")})
    (found,) = lint_insurance(part, TODAY)
    assert (found.where, found.is_grave) == ("insurance.payers.acme_ppo", False)
    assert "acme has the same payer_id" in found.what


def test_a_payer_that_nobody_is_an_alias_of_is_named_where_several_have_it():
    payer = _payer("name: Blue Cross of Acme") | {"aliases": ["BCBS Acme"]}
    written = {"bcbs, acme": 9, "BLUE CROSS OF ACME.": 5, "Mutual": 3, "Ana's case": 1, "Cash": 2}
    named, rare = lint_insurance(_part({"acme": payer}), TODAY, written)
    assert "'Mutual': its 3 patients are not verified" in named.what
    assert rare.what == "2 names of payers that hardly anybody has are no alias"
    assert not named.is_grave
