"""What a contact preference on a patient's record means as consent, by channel (T9, T10)."""

from data_contracts.message import Channel
from rules.consent import preferred_channels
from tests.cast import person
from tests.spec.table import each_row

TABLE = """
    preference | texts refused | mails refused  | sms | voice | email
    both       |               |                | yes | yes   | yes
    sms        |               |                | yes | yes   | no
    email      |               |                | no  | no    | yes
    none       |               |                | no  | no    | no
               |               |                |     |       |      # nothing stated, nothing said
               | no            |                | yes | yes   |      # a texts number takes calls
               |               | no             |     |       | yes
               | no            | no             | yes | yes   | yes
               | no            | yes            | yes | yes   | no
               | yes           |                | no  | no    |      # stated by no, as by yes
    fax        |               |                |     |       |      # an unknown word says nothing
    fax        | no            | no             |     |       |      # nor lets a yes count
    fax        | yes           | no             | no  | no    |      # a refusal always counts
    both       | yes           |                | no  | no    | yes  # a refusal beats a preference
    both       |               | yes            | yes | yes   | no
    both       | yes           | yes            | no  | no    | no
    sms        | yes           |                | no  | no    | no
    both       | no            | no             | yes | yes   | yes
    none       | no            | no             | no  | no    | no   # accepting is not asking
"""

TABLES = {"Consent: what a contact preference grants": TABLE}
_REFUSED = {"": None, "yes": False, "no": True}


@each_row(TABLE)
def test_a_preference_grants_channels(preference, texts_refused, mails_refused, sms, voice, email):
    patient = person(
        contact_preference=preference or None,
        consents_to_sms=_REFUSED[texts_refused],
        consents_to_email=_REFUSED[mails_refused],
    )
    said = {Channel.SMS: sms, Channel.VOICE: voice, Channel.EMAIL: email}
    expected = {channel: word == "yes" for channel, word in said.items() if word}
    assert preferred_channels(patient) == expected
