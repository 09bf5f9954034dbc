"""Words that no message may hold: they say why someone is treated, who pays, or sell something.

HIPAA's minimum for a reminder and 47 CFR 64.1200(a)(9)(iv): neither health facts nor billing nor
marketing. Words are matched whole, in both languages, whatever the case and the accents.
"""

import re
import unicodedata
from typing import NamedTuple


class PrivateWord(NamedTuple):
    """A word found, and what kind of secret it gives away."""

    kind: str
    word: str


_WORDS: dict[str, str] = {
    "a diagnosis": (
        r"diagnos\w*|sciatica|arthrit\w*|osteo\w+|strokes?|post-?op\w*|surger(?:y|ies)|surgical|"
        r"rotator cuff|acl|mcl|meniscus|fractur\w*|sprain\w*|strains?|concussions?|vertigo|"
        r"tend[io]n\w*|bursitis|herniat\w*|scoliosis|parkinson\w*|incontinence|lymphedema|"
        r"cancer|cáncer|chemo\w*|diabet\w*|pregnan\w*|post-? ?part[uo]m?|embaraz\w*|parto|"
        r"amputat\w*|"
        r"prosthe\w*|prótesis|hernias?|dislocat\w*|whiplash|neuropath\w*|fibromyalgia|stenosis|"
        r"multiple sclerosis|dementia|depression|anxiety|addiction|hiv|covid|pains?|painful|"
        r"dolor(?:es)?|duele\w*|tmj|tmd|icd(?:-10)?|"
        r"injur(?:y|ies)|ciática|artritis|cirugía|fracturas?|esguinces?|lesi(?:ón|ones)|vértigo|"
        r"(?-i:[A-TV-Z]\d{2}\.\d{1,4})"
    ),
    "a body part": (
        r"knees?|shoulders?|hips?|necks?|ankles?|elbows?|wrists?|spine|spinal|pelvi[cs]|lumbar|"
        r"cervical|jaws?|hamstrings?|thighs?|groin|your (?:calf|ribs?|heels?|thumbs?)|"
        r"quads?|biceps|achilles|tailbone|bladder|mandíbula|muslos?|pantorrillas?|talón|tendón|"
        r"vejiga|(?:lower|upper|your|mid) back|back pain|your (?:hand|foot|feet|arm|leg)s?|"
        r"rodillas?|hombros?|caderas?|cuello|tobillos?|codos?|muñecas?|espalda|columna|"
        r"su (?:mano|pie|brazo|pierna)s?"
    ),
    "a procedure code": r"9[27]\d{3}|G0\d{3}|cpt",
    "a payer": (
        r"insurance(?! card)|insurer|medicare|medicaid|tricare|aetna|cigna|humana|anthem|"
        r"uhc|medi-?cal|molina|centene|optum|oscar health|va benefits|"
        r"blue ?cross|bcbs|united ?healthcare|kaiser|workers'? comp\w*|"
        r"(?<!tarjeta de )(?<!tarjeta del )seguro(?: médico)?|aseguradora"
    ),
    "an amount or a bill": (
        r"balances?|copay\w*|co-pay\w*|deductibles?|payments?|amount due|past due|owed?|invoices?|"
        r"charge[sd](?! (?:phone|car))|(?<!parking )(?<!no )fees?|pay(?:ing)? (?:your|for)|"
        r"prices?|refunds?|cobr\w+|tarifas?|pagar|reembolsos?|"
        r"bill(?:s|ing|ed)?|collections?|saldo|copagos?|deducibles?|pagos?|facturas?|deuda"
    ),
    "a specialty": (
        r"pelvic floor|vestibular|neuro\w*|pediatric\w*|geriatric\w*|orthop\w+|oncolog\w+|"
        r"hand therap\w+|sports medicine|women's health|dry needling|"
        r"suelo pélvico|pediátric\w+|ortop\w+|oncol\w+"
    ),
    "marketing": (
        r"discounts?|coupons?|special offer|free gift|refer a friend|leave (?:us )?a review|"
        r"descuentos?|cupón|oferta especial|recomiende a"
    ),
    "a last name": r"last name|surname|apellidos?",
    "a birth date": r"dob|birth ?(?:date|day)s?|date of birth|fecha de nacimiento|cumpleaños",
}
_MONEY = re.compile(r"[$€]\s?\d")


def _bare(text: str) -> str:
    """Without accents: people leave them out."""
    parted = unicodedata.normalize("NFD", text)
    return "".join(one for one in parted if not unicodedata.combining(one))


# What a hyphen joins is a word by itself: a shoulder-pain class is about a shoulder.
_PATTERNS = {
    kind: re.compile(rf"(?<!\w)(?:{_bare(words)})(?!\w)", re.IGNORECASE)
    for kind, words in _WORDS.items()
}


def private_words(text: str) -> list[PrivateWord]:
    """Every word of a text that may not leave, with its kind."""
    text = _bare(text)
    found = [
        PrivateWord(kind, hit.group())
        for kind, pattern in _PATTERNS.items()
        for hit in pattern.finditer(text)
    ]
    found += [PrivateWord("an amount or a bill", hit.group()) for hit in _MONEY.finditer(text)]
    return found
