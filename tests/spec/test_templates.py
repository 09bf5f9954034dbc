"""What messages say, and what they are refused for."""

from datetime import datetime

import pytest
from jinja2 import UndefinedError

from data_contracts.dialogue import Topic
from data_contracts.message import CARE, Channel, Purpose
from data_contracts.template import Template, Values, override_keys, shipped, with_overrides
from rules.clinic_lint import lint_clinic
from rules.template_lint import lint, lint_words
from rules.templates import render, values_for

NAME = "Northside Physical Therapy"
LONGEST_NAME = "N" * 40
TUESDAY = datetime(2026, 1, 6, 15, 15)  # noqa: DTZ001  only its calendar day and clock are read
GOOD_SMS = "{{ clinic_name }}: {{ day }}, {{ time }}. Reply C or R, STOP to opt out."


def values(channel: Channel = Channel.SMS, language: str = "en", **more: object) -> Values:
    given: dict[str, object] = {
        "clinic_name": NAME,
        "phone": "+13035550100",
        "times": [TUESDAY],
        **more,
    }
    return values_for(channel, language, **given)


def sms(body: str) -> Template:
    return Template(
        purpose=Purpose.REMINDER, channel=Channel.SMS, language="en", parts={"body": body}
    )


def whats(template: Template) -> str:
    return " / ".join(
        problem.what for problem in lint(template, NAME, values(template.channel, "en"))
    )


@pytest.mark.parametrize("key", sorted(shipped()))
def test_every_shipped_template_passes_with_the_longest_clinic_name(key):
    problems = lint_clinic(
        {key: shipped()[key]},
        ("en", "es"),
        clinic_name=LONGEST_NAME,
        phone="+13035550100",
        address="1200 Example Street, Suite 200, Denver, CO 80202",
        parking="Free behind the building",
    )
    assert problems == []


def test_every_purpose_has_every_channel_in_both_languages():
    keys = {
        f"{purpose}.{channel}.{language}"
        for purpose in CARE
        for channel in Channel
        if channel.reaches_patient
        for language in ("en", "es")
    }
    said = [topic for topic in Topic if topic is not Topic.INSTEAD]
    answers = {f"answer.{topic}.sms.{language}" for topic in said for language in ("en", "es")}
    offers = {f"offer.{of}sms.{language}" for of in ("", "instead.") for language in ("en", "es")}
    opt_ins = {f"opt_in.sms.{language}" for language in ("en", "es")}
    assert set(shipped()) == keys | answers | offers | opt_ins


def test_the_text_a_patient_gets_in_english():
    said = render(shipped()["reminder.sms.en"], values())
    assert said.body == (
        "Northside Physical Therapy: visit Tue Jan 6, 3:15 PM. Reply C to confirm, "
        "R to reschedule, STOP to opt out. Call 303-555-0100"
    )
    assert said.segments == 1


def test_the_text_a_patient_gets_in_spanish_needs_no_second_segment():
    said = render(shipped()["reminder.sms.es"], values(language="es"))
    assert said.body == (
        "Northside Physical Therapy: cita mar 6 ene, 15:15. Responda C para confirmar, "
        "R para cambiar, STOP para no recibir mas. 303-555-0100"
    )
    assert said.segments == 1


def test_an_email_tells_parking_and_instructions_where_there_are_any():
    template = shipped()["reminder.email.en"]
    full = render(
        template,
        values(
            Channel.EMAIL,
            address="1 Example St <rear>",
            parking="Lot B",
            instructions={"en": "Wear loose clothes.", "es": "Ropa suelta."},
        ),
    )
    assert "Parking: Lot B" in full.body
    assert "Before you come: Wear loose clothes." in full.body
    assert "1 Example St &lt;rear&gt;" in (full.html or "")
    bare = render(template, values(Channel.EMAIL, address="1 Example St"))
    assert "Parking" not in bare.body
    assert "Before you come" not in bare.body
    assert bare.subject == f"{NAME}: your visit on Tuesday, January 6"


def test_a_call_offers_every_key_and_leaves_little_on_a_machine():
    for language in ("en", "es"):
        said = render(shipped()[f"reminder.voice.{language}"], values(Channel.VOICE, language))
        assert said.spoken is not None
        for key in "1209":
            assert key in said.spoken.choices
        assert "6" not in said.spoken.voicemail.replace("303-555-0100", "")
    assert (
        "oprima el 8"
        in render(shipped()["reminder.voice.en"], values(Channel.VOICE)).spoken.choices
    )


def test_an_unknown_variable_is_an_error_never_an_empty_word():
    with pytest.raises(UndefinedError):
        render(sms("{{ clinic_name }} {{ visit_type }}"), values())


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (GOOD_SMS, ""),
        (GOOD_SMS + " Bring your insurance card.", ""),
        (GOOD_SMS + " Park in the back, call us back.", ""),
        (GOOD_SMS + " {{ last_name }}", "last_name is not available"),
        (GOOD_SMS + " {{ visit_type }}", "visit_type is not available"),
        (GOOD_SMS + " About your sciatica.", "a diagnosis"),
        (GOOD_SMS + " Dx M54.5", "a diagnosis"),
        (GOOD_SMS + " After surgery.", "a diagnosis"),
        (GOOD_SMS + " For your KNEE.", "a body part"),
        (GOOD_SMS + " Su rodilla.", "a body part"),
        (GOOD_SMS + " Lower back.", "a body part"),
        (GOOD_SMS + " 97110", "a procedure code"),
        (GOOD_SMS + " Medicare", "a payer"),
        (GOOD_SMS + " Aetna", "a payer"),
        (GOOD_SMS + " Su seguro", "a payer"),
        (GOOD_SMS + " Your balance", "an amount or a bill"),
        (GOOD_SMS + " $40 due", "an amount or a bill"),
        (GOOD_SMS + " copay", "an amount or a bill"),
        (GOOD_SMS + " vestibular", "a specialty"),
        (GOOD_SMS + " 10 % discount", "marketing"),
        ("Visit {{ day }}. STOP to opt out.", "clinic's name is missing"),
        ("{{ clinic_name }}: {{ day }}. Reply C.", "opt out are missing"),
        (GOOD_SMS + " Reply CANCEL to cancel.", "carriers take Reply CANCEL"),
        (GOOD_SMS + " YES", "carriers take YES"),
        (GOOD_SMS + " END", "carriers take END"),
        (GOOD_SMS + " Reply yes", "carriers take Reply yes"),
        (GOOD_SMS + " http://example.com", "not encrypted"),
        (GOOD_SMS + " https://example.com", ""),
        (GOOD_SMS + "x" * 90, "of 160 characters (GSM-7, 2 segments)"),
        (GOOD_SMS + " \N{SLIGHTLY SMILING FACE}", "of 70 characters (UCS-2, 2 segments)"),
        ("{{ clinic_name", "not Jinja2"),
        ("{{ clinic_name.__class__.__mro__[1].x.y }}", "cannot be filled in"),
        ("  ", "empty or missing"),
        ("{{ 'knee' }} " + GOOD_SMS, "a body part"),
        (GOOD_SMS + " Shoulder-pain class", "a body part"),
        (GOOD_SMS + " Tras su cirugia", "a diagnosis"),
        (GOOD_SMS + " Su lesion", "a diagnosis"),
        (GOOD_SMS + " CIRUGÍA", "a diagnosis"),
        (GOOD_SMS + " Your back pain", "a body part"),
        (GOOD_SMS + " For the pain", "a diagnosis"),
        (GOOD_SMS + " Cancer rehab", "a diagnosis"),
        (GOOD_SMS + " Post-partum group", "a diagnosis"),
        (GOOD_SMS + " Your jaw", "a body part"),
        (GOOD_SMS + " hamstring", "a body part"),
        (GOOD_SMS + " UHC", "a payer"),
        (GOOD_SMS + " Medi-Cal", "a payer"),
        (GOOD_SMS + " Your DOB", "a birth date"),
        (GOOD_SMS + " Fecha de nacimiento", "a birth date"),
        (GOOD_SMS + " You will be charged", "an amount or a bill"),
        (GOOD_SMS + " No parking fee, free of charge", ""),
        (GOOD_SMS + " Entrance by Heel St", ""),
        (GOOD_SMS + " Hand us your form", ""),
        (GOOD_SMS + " We are back in the old building", ""),
        (GOOD_SMS + " {{ first_name }}", "first_name is not available"),
        ("{{ clinic_name }}: {{ day }}. {% if day %}STOP to opt out{% endif %}", "opt out"),
        ("{% if day %}{{ clinic_name }}{% endif %} {{ day }} STOP", "name is missing"),
        ("{{ clinic_name }}: {% for i in (1, 2) %}STOP{% endfor %}", "opt out"),
    ],
)
def test_what_a_text_is_refused_for(body, what):
    found = whats(sms(body))
    assert (what in found) if what else found == ""


def test_160_characters_pass_and_161_do_not():
    length = len(render(sms(GOOD_SMS), values()).body)
    assert whats(sms(GOOD_SMS + "x" * (160 - length))) == ""
    assert "161 of 160" in whats(sms(GOOD_SMS + "x" * (161 - length)))


@pytest.mark.parametrize(
    ("part", "words", "what"),
    [
        ("choices", "Press 1 to confirm.", "opt out are missing"),
        ("voicemail", "{{ clinic_name }}, {{ day }}, {{ phone }}", "may be heard by others"),
        ("voicemail", "{{ clinic_name }}", "no number to opt out by"),
        ("closing", "Goodbye.", "no number to opt out by"),
        ("message", "{{ clinic_name }}" + " and so on" * 50, "the call takes"),
        ("message", "Hello.", "clinic's name is missing"),
    ],
)
def test_what_a_call_is_refused_for(part, words, what):
    template = with_overrides({f"reminder.voice.en.{part}": words})["reminder.voice.en"]
    assert what in whats(template)


def test_an_email_without_a_way_out_is_refused():
    template = with_overrides({"reminder.email.en.body": "{{ clinic_name }} expects you."})
    assert "opt out are missing" in whats(template["reminder.email.en"])


def test_a_clinic_puts_its_own_words_by_key_and_the_rest_stays():
    changed = with_overrides({"reminder.sms.en": GOOD_SMS})
    assert changed["reminder.sms.en"].parts == {"body": GOOD_SMS}
    assert changed["reminder.sms.es"] == shipped()["reminder.sms.es"]
    with pytest.raises(KeyError, match=r"reminder\.fax"):
        with_overrides({"reminder.fax.en": "x"})
    assert "reminder.email.en.subject" in override_keys()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Wear loose clothes and bring your insurance card.", 0),
        ("Traiga su tarjeta de seguro.", 0),
        ("Wear shorts so that we can see your knee.", 1),
        ("Bring your copay.", 1),
        ("Directions: http://example.com", 1),
    ],
)
def test_instructions_are_held_to_the_same_rule(text, count):
    assert len(lint_words("visit_types.Evaluation", text)) == count


def test_a_text_that_says_the_instructions_is_measured_with_the_longest():
    own = with_overrides({"reminder.sms.en": GOOD_SMS + " {{ instructions }}"})
    given = {"clinic_name": NAME, "phone": "+13035550100"}
    fits = {"Evaluation": {"en": "Come early."}}
    assert lint_clinic(own, ("en",), **given, instructions=fits) == []
    long = fits | {"Follow-up": {"en": "Bring shorts and a towel. " * 5}}
    (problem,) = lint_clinic(own, ("en",), **given, instructions=long)
    assert "of 160 characters" in problem.what


def test_a_problem_names_the_place_in_the_clinic_file():
    problems = lint_clinic(
        {},
        ("en",),
        clinic_name=NAME,
        phone="+13035550100",
        instructions={"Evaluation": {"en": "About your hip."}},
    )
    assert [problem.where for problem in problems] == ["visit_types.Evaluation.instructions.en"]
