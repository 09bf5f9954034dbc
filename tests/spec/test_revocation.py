"""Which replies revoke consent by themselves (T5, W1), in any case, punctuation and spacing."""

import pytest

from rules.revocation import (
    OPT_OUT_DIGIT,
    REVOCATIONS,
    is_for_a_person_too,
    key_revokes,
    mail_revokes,
    revokes,
)
from tests.spec.table import each_row, rows

WORDS = """
    word        | whose
    stop        | FCC
    quit        | FCC
    end         | FCC
    revoke      | FCC
    opt out     | FCC      # with a space: no carrier catches it
    cancel      | FCC
    unsubscribe | FCC
    stopall     | carriers
    stop all    | carriers
    optout      | carriers
    alto        | ours
    parar       | ours
    pare        | ours
    paren       | ours
    baja        | ours
    basta       | ours
    no mas      | ours
"""

WRITTEN = """
    written       | example
    lower case    | stop
    upper case    | STOP
    capital       | Stop
    full stop     | Stop.
    loud          | STOP!!!
    quoted        | "stop"
    in spaces     | (two before, three after)
    on a new line | (a line break after)
    a question    | Stop?
    with an emoji | stop 🛑
"""

REPLIES = """
    reply                       | is out
    opt-out                     | yes
    Opt  Out                    | yes
    STOP ALL                    | yes
    S T O P                     | no      # a person reads it
    C                           | no      # confirms
    yes                         | no
    START                       | no
    I cannot stop the pain      | no      # no revocation at all
    the end of the week is fine | no
    can I cancel my visit?      | no
    bájame                      | no
    stopp                       | no
    take me off the schedule    | no      # off the visit's list, not ours
    there is no parking here    | no
    the time is wrong           | no
    la hora está equivocada     | no
    what is wrong, no idea      | no
    this is not today's time    | no
    please cancel my appointment | no     # about the visit; a person reads it
    cancelar                    | no      # the same
    I'll stop by at 5. Text me  | no
    don't call me before 9      | no      # a wish, for a person
    no me llame antes de las 9  | no
    please don't stop reminders | no
    no more pain!               | no
    I want to end treatment     | no
    Please cancel               | yes     # CANCEL with a courtesy is CANCEL
    alto porfavor               | yes
    ＳＴＯＰ                        | yes
    Stop. I mean it             | yes
                                | no
"""

SENTENCES = """
    sentence                               | language
    please stop texting me                 | English
    remove me                              | English
    no more texts                          | English
    Take me off your list                  | English
    do not call me again                   | English
    Stop sending me reminders!             | English
    I don't want these messages            | English
    I no longer want texts                 | English
    Please don’t contact me                | English
    I'd like to opt out                    | English
    I revoke my consent                    | English
    stop txting me                         | English
    do not text this number again          | English
    take my number off your list           | English
    cancel all text messages               | English
    wrong number                           | English  # whoever holds it now never agreed
    wrong nubmer                           | English
    this is not Ana's phone                | English
    this number no longer belongs to Ana   | English
    nobody here by that name               | English
    there is no Ana at this number         | English
    I do not wish to get texts             | English
    please stop it                         | English
    cancel my subscription                 | English
    no me manden mas mensajes              | Spanish
    no mas mensajes por favor              | Spanish
    No me manden más mensajes, por favor   | Spanish
    no me llame más                        | Spanish
    dejen de escribirme                    | Spanish
    ya no quiero recibir mensajes          | Spanish
    denme de baja                          | Spanish
    quítenme de la lista                   | Spanish
    kitenme de la lista                    | Spanish
    parar los mensajes                     | Spanish
    cancelar la suscripción                | Spanish
    número equivocado                      | Spanish
    se equivocó de número                  | Spanish
    está equivocado, yo no soy Ana         | Spanish
    no soy esa persona                     | Spanish
    está equivocado                        | Spanish
    se equivocaron                         | Spanish
    persona equivocada                     | Spanish
    aquí no vive                           | Spanish
    no conozco a esa persona               | Spanish
    este número ya no es de Ana            | Spanish
    cancelar los mensajes                  | Spanish
    este no es el teléfono de Ana          | Spanish
"""

MAILS = """
    subject                 | body                                                 | is out
    unsubscribe             |                                                      | yes
    Please remove me        | Thank you                                            | yes
    Re: your visit on Jan 6 | Please stop e-mailing me                             | yes
    Re: your visit on Jan 6 | See you there // > To unsubscribe, call               | no  # ours
    Re: your visit on Jan 6 | Thanks // On Mon the clinic wrote: // To unsubscribe | no
    Re: unsubscribe         | Is there parking?                                    | no
    Visit                   | Please cancel my appointment                         | no
"""

TABLES = {
    "Revocation: words that count by themselves": WORDS,
    "Revocation: however written": WRITTEN,
    "Revocation: other replies": REPLIES,
    "Revocation: in so many words": SENTENCES,
    "Revocation: by mail": MAILS,
}

FORMS = {
    "lower case": str.lower,
    "upper case": str.upper,
    "capital": str.capitalize,
    "full stop": lambda word: f"{word.capitalize()}.",
    "loud": lambda word: f"{word.upper()}!!!",
    "quoted": lambda word: f'"{word}"',
    "in spaces": lambda word: f"  {word}   ",
    "on a new line": lambda word: f"{word}\n",
    "a question": lambda word: f"{word}?",
    "with an emoji": lambda word: f"{word} 🛑",
}


@each_row(WRITTEN)
@pytest.mark.parametrize("word", sorted(REVOCATIONS))
def test_a_revoking_word_revokes_however_it_is_written(word, written, example):
    assert revokes(FORMS[written](word))


@each_row(REPLIES)
def test_a_word_inside_another_sentence_revokes_nothing(reply, is_out):
    assert revokes(reply) is (is_out == "yes")


@each_row(SENTENCES)
@pytest.mark.parametrize("form", [str, str.upper, str.lower, "  {}  ".format, "Hi. {}. Ana".format])
def test_a_sentence_revokes_in_people_s_own_words(form, sentence, language):
    assert revokes(form(sentence))


@each_row(MAILS)
def test_a_mail_revokes_by_what_it_says_not_by_what_it_quotes(subject, body, is_out):
    assert mail_revokes(subject, body.replace(" // ", "\n")) is (is_out == "yes")


@pytest.mark.parametrize("word", sorted(REVOCATIONS))
def test_a_word_that_may_mean_the_visit_also_asks_a_person(word):
    assert is_for_a_person_too(word.upper()) is (word in {"cancel", "end"})


def test_the_table_lists_every_word_and_no_other():
    assert {row[0] for row in rows(WORDS)} == REVOCATIONS
    assert {row[0] for row in rows(WRITTEN)} == set(FORMS)


@pytest.mark.parametrize(
    ("key", "is_out"), [("9", True), ("1", False), ("99", False), (None, False)]
)
def test_one_key_opts_out(key, is_out):
    assert key_revokes(key) is is_out
    assert OPT_OUT_DIGIT == "9"
