"""What the words by which people agree must hold (C1), and a privacy policy must say (C2)."""

import pytest

from data_contracts.consent_wording import standard_wording
from data_contracts.errors import UserError
from rules.consent_wording import lacks, says_mobile_data_is_not_shared
from tests.cast import clinic
from tests.spec.table import each_row

PRIVACY = "https://example.com/privacy"

ELEMENTS = """
    taken out                                            | it lacks
    Northside PT                                         | the brand
    about my visits: reminders, confirmations            | the purpose
    At most 1 message a day and 3 a week.                | the frequency
    Message and data rates                               | the cost
    STOP                                                 | the way out
    HELP                                                 | help
    https://example.com/privacy                          | the privacy policy
    I do not have to agree to this to receive care.      | that care does not depend on it
"""

POLICIES = """
    page                                                                            | well
    Mobile information will not be shared with third parties for marketing purposes | yes
    We do not share your mobile number with anyone for marketing or promotion       | yes
    <p>Text messaging opt-in data is never sold or shared for <b>marketing</b></p>  | yes
    We may share your mobile number with partners for marketing                     | no
    We do not use cookies. We share data for marketing                              | no
    We respect your privacy                                                         | no
    <script>mobile data is not shared for marketing</script>                        | no
"""

TABLES = {
    "Consent wording: what it must hold": ELEMENTS,
    "Privacy policy: what it must say of mobile data": POLICIES,
}


def shipped(language: str = "en") -> str:
    """The standard wording on one line."""
    return " ".join(standard_wording(clinic(privacy_url=PRIVACY), language).split())


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shipped_wording_lacks_nothing(language):
    assert lacks(shipped(language), "Northside PT") == []


@each_row(ELEMENTS)
def test_a_wording_without_an_element_lacks_it_by_name(taken_out, it_lacks):
    words = shipped()
    assert taken_out in words
    found = lacks(words.replace(taken_out, ""), "Northside PT")
    assert [one.partition(":")[0] for one in found] == [it_lacks]


@pytest.mark.parametrize("box", ["[x]", "[ X ]", "☑", "☒"])
def test_a_box_that_is_ticked_before_is_no_consent(box):
    (found,) = lacks(shipped().replace("[ ]", box), "Northside PT")
    assert found.startswith("an empty box")


@each_row(POLICIES)
def test_a_policy_is_read_for_what_it_says_of_mobile_data(page, well):
    assert says_mobile_data_is_not_shared(page) is (well == "yes")


def test_without_a_policy_there_is_no_wording():
    with pytest.raises(UserError, match="privacy_url"):
        standard_wording(clinic(), "en")
    with pytest.raises(UserError, match="en, es"):
        standard_wording(clinic(privacy_url=PRIVACY), "fr")
