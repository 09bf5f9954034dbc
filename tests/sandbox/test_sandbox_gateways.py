"""The hubs that are no CORE hubs answer as their documents say: a form, Eligible, JSON v3."""

import httpx
import pytest

from sandbox.server import Running
from tests.sandbox.inquiry import CLIENT, NPI, TRACE, eligible, form, found, stedi, v3, x270


def test_the_form_gives_x12_when_asked_and_html_by_default(shared_box: Running) -> None:
    answer = form(shared_box, x270())
    assert answer.text.startswith("ISA*")
    assert [row[3] for row in found(answer.text, "TRN", "1")] == ["9ZIRMEDCOM", "9ZIRMEDCOM"]
    page = form(shared_box, x270(), ResponseType="")
    assert page.headers["content-type"].startswith("text/html")
    assert "Active coverage" in page.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Password": "wrong"}, "Authentication Failure"),
        ({"DataFormat": ""}, "no X12"),
        ({"Data": x270(payer="00000")}, "payer is not set up"),
        ({"Data": x270(se="3")}, "rejected"),
    ],
)
def test_the_forms_errors_are_html_in_200(
    shared_box: Running, changed: dict[str, str], words: str
) -> None:
    answer = form(shared_box, x270(), **changed)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")
    assert words in answer.text


def test_eligible_gives_x12_or_json(shared_box: Running) -> None:
    assert eligible(shared_box).text.startswith("ISA*")
    told = eligible(shared_box, format="json").json()
    assert told["benefits"][0]["code"] == "1"


def test_eligible_refuses_a_wrong_key_with_a_bare_text(shared_box: Running) -> None:
    answer = eligible(shared_box, api_key="wrong")
    assert answer.status_code == 401
    assert not answer.text.startswith("{")


@pytest.mark.parametrize(
    ("changed", "param"),
    [({"test": ""}, "test"), ({"test": "false"}, "test"), ({"payer_id": "00000"}, "payer_id")],
)
def test_eligibles_failures_stand_in_200(
    shared_box: Running, changed: dict[str, str], param: str
) -> None:
    answer = eligible(shared_box, **changed)
    assert (answer.status_code, answer.json()["errors"][0]["param"]) == (200, param)


def test_eligible_tells_a_rejection_in_its_own_words(shared_box: Running) -> None:
    error = eligible(shared_box, "AAA42R", format="json").json()["error"]
    assert (error["reject_reason_code"], error["follow_up_action_code"]) == ("42", "R")
    assert found(eligible(shared_box, "AAA42R").text, "AAA") == [["AAA", "N", "", "42", "R"]]


def test_stedi_answers_json_with_the_x12_inside(shared_box: Running) -> None:
    told = stedi(shared_box, v3("PTPOOL")).json()
    limits = [one for one in told["benefitsInformation"] if one["code"] == "F"]
    assert limits[0]["serviceTypeCodes"] == ["AD", "AE", "AF"]
    assert limits[0]["benefitQuantity"] == "40"
    assert limits[1]["additionalInformation"][0]["description"].startswith("COMBINED LIMIT")
    assert found(told["x12"], "TRN", "2")[0][2] == "123456789"
    assert told["meta"]["applicationMode"] == "test"


def test_stedi_takes_raw_x12(shared_box: Running) -> None:
    told = stedi(shared_box, {"x12": x270("AAA73C")}, "/raw-x12").json()
    assert found(told["x12"], "TRN", "2")[0][2] == TRACE
    assert told["errors"][0]["code"] == "73"
    assert told["subscriber"]["aaaErrors"][0]["followupAction"] == "Please Correct and Resubmit"


def test_stedi_refuses_a_wrong_key_and_a_body_that_asks_nothing(shared_box: Running) -> None:
    assert stedi(shared_box, v3(), Authorization="wrong").status_code == 403
    assert stedi(shared_box, v3(provider=None)).status_code == 400
    assert stedi(shared_box, {"x12": ""}, "/raw-x12").status_code == 400


def test_optum_wants_a_token_and_a_colon(shared_box: Running, control_door: httpx.Client) -> None:
    settings, base = shared_box.world.settings, f"{shared_box.base_url}/optum"
    asked = {
        "grant_type": "client_credentials",
        "client_id": settings.clearinghouse_user,
        "client_secret": settings.clearinghouse_password,
    }
    where = f"{base}/medicalnetwork/eligibility/v3"
    assert CLIENT.post(where, json=v3()).status_code == 401
    assert CLIENT.post(f"{base}/apip/auth/v2/token", data=asked | {"client_id": "x"}).is_error
    token = CLIENT.post(f"{base}/apip/auth/v2/token", data=asked).json()
    assert token["expires_in"] == 3600
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert found(CLIENT.post(where, json=v3(), headers=bearer).json()["x12"], "EB", "1")
    other = {"x12": x270().replace("*T*:~", "*T*>~")}
    assert CLIENT.post(f"{where}/raw-x12", json=other, headers=bearer).status_code == 400
    control_door.delete("/clearinghouse/tokens")
    assert CLIENT.post(where, json=v3(), headers=bearer).status_code == 401


def test_availity_is_asked_again_until_the_answer_is_there(shared_box: Running) -> None:
    base, settings = f"{shared_box.base_url}/availity/v1", shared_box.world.settings
    asked = {
        "grant_type": "client_credentials",
        "client_id": settings.clearinghouse_user,
        "client_secret": settings.clearinghouse_password,
    }
    token = CLIENT.post(f"{base}/token", data=asked).json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    form = {
        "payerId": "60054",
        "providerNpi": NPI,
        "memberId": "HSD",
        "patientBirthDate": "1980-01-01",
        "patientLastName": "EXAMPLE",
        "serviceType": "PT",
    }

    def told(member_id: str) -> list[httpx.Response]:
        left = CLIENT.post(f"{base}/coverages", data=form | {"memberId": member_id}, headers=bearer)
        where = f"{base}/coverages/{left.json()['coverages'][0]['id']}"
        return [left, *(CLIENT.get(where, headers=bearer) for _ in range(2))]

    found_last = told("HSD")
    assert token["expires_in"] == 300
    assert [one.status_code for one in found_last] == [202, 202, 200]
    plan = found_last[2].json()["plans"][0]
    assert plan["status"] == "Active Coverage"
    assert "12" in [
        d["quantity"] for b in plan["benefits"] for d in b.get("benefitsServiceDelivery", [])
    ]
    assert found_last[2].headers["X-Api-Mock-Response"] == "true"
    refused = told("AAA75C")[2].json()
    assert (refused["statusCode"], refused["validationMessages"][0]["code"]) == ("19", "75")
    assert CLIENT.post(f"{base}/coverages", data=form).status_code == 401
    nobody = CLIENT.post(f"{base}/coverages", data={"payerId": "60054"}, headers=bearer)
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "providerNpi")
