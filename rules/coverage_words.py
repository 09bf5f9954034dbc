"""What payers say in free text (MSG) where a code was wanted: patterns, and nothing quoted.

A pattern only ever makes us less sure or points to a row; no figure is read out of a text. Most
texts hold no word of a pattern, so that a plain look for one comes first.
"""

import re

from data_contracts.benefit import Benefit
from rules.coverage_pattern import spoken

_THERAPY = re.compile(
    r"PHYSICAL(?:(?:\s*[,&/]\s*|\s+(?:AND|OR)\s+)(?:AND\s+)?(?:OCCUPATIONAL|SPEECH|AQUATIC))*"
    r"\s+(?:MEDICINE|THERAP)|\bP\.?T\.?/|\bPT\b(?!\s*(?:\d|RESP|PAY|IS\b|MUST|HAS\b|MAY\b|OWES|LIAB|COST|SHARE))"
)
_NOT_MEANT = re.compile(
    r"EXCLU|\bEXCEPT|OTHER THAN|\bNOT (?:COVERED|INCLUD|APPL|FOR)|\bNON-?\s?PHYSICAL|WITHOUT"
    r"|(?:NOT (?:COMBINED|SHARED) WITH|SEPARATE FROM) (?:\w+ ){0,2}?(?:PHYSICAL|P\.?T\b)"
)
_SHORT_TERM = re.compile(r"SHO?R?T[\s.-]*TE?RM[\s.-]*RE?HA?B")
_BY_ANOTHER = re.compile(r"\bBY\s+(?:A\s+)?CHIROPRACTOR")
_INPATIENT = re.compile(
    r"\bIN-?PATIENT|SKILLED NURSING|\bSNF\b|HOME HEALTH|PRIVATE ROOM|ROOM (?:AND|&) BOARD"
)
_TIER = spoken(
    "TIER PREFERRED DESIGNATED HIGHEST MAXIMUM ENHANCED NETWORK CENTER",
    r"(?:HIGHEST BENEFIT|PREFERRED\b(?<!\wPREFERRED)(?<!NON[- ]PREFERRED)|DESIGNATED"
    r"|MAXIMUM SAVINGS|TIER(?<!\wTIER)\s*(?:[0-9I]|ONE\b|TWO\b|THREE\b)"
    r"|ENHANCED\b(?<!\wENHANCED)|\b(?:SELECT|NARROW)\s+NETWORK|CENTERS? OF EXCELLENCE)",
)
_NOT_FOUND = re.compile(
    r"(?:PATIENT|MEMBER|SUBSCRIBER|INSURED|DEPENDENT|RECORD|ELIGIBILITY|PERSON)S?\b"
    r"(?:(?!PCP|PRIMARY|PROVIDER|OTHER|REFERRAL).){0,40}"
    r"(?:NOT (?:BE )?(?:FOUND|ON FILE|IDENTIFIED|LOCATED)|UNKNOWN)"
    r"|(?:NO|UNABLE TO|COULD NOT|CANNOT)\s+(?:RECORD|FIND|LOCATE|IDENTIFY|MATCH)"
    r"(?!\s+(?:(?:OF|FOR|AN?|ANY|THE)\s+)*(?:OTHER|PCP|PRIMARY|PROVIDER|REFERRAL|AUTH))"
)
_END = spoken(
    "GRACE TERMINAT CANCEL SUSPEN LAPSE DELINQUEN EFFECTIVE PENDING ACTIVE ENDED EXPIRED COVERAGE"
    " ELIGIBLE",
    r"GRACE PERIOD|TERMINAT|CANCEL|SUSPEN|LAPSE|DELINQUEN|NOT (?:YET )?EFFECTIVE|PENDING ENROL"
    r"|\bINACTIVE\b|NOT ACTIVE|\bENDED\b|EXPIRED|NO (?:ACTIVE )?COVERAGE(?! FOR)"
    r"|NOT ELIGIBLE|INELIGIBLE",
)
_OTHER_PLANS = spoken(
    "COB COORDINATION OTHER SECONDARY MEDICARE",
    r"\b(?:COB|COORDINATION OF BENEFITS?|OTHER (?:INSURANCE|COVERAGE))\b"
    r".{0,40}\b(?:UPDATE|NEED|REQ|REQUIRED|REQUESTED|NEEDED|UNKNOWN|MISSING|PEND|PRIMARY)"
    r"|\bSECONDARY TO\b|MEDICARE IS PRIMARY",
)
_NARROW = spoken(
    "ONLY EMERGENCY FAMILY LIMITED DENTAL VISION PRESCRIPTION PHARMACY",
    r"(?<!NETWORK )\bONLY\b|EMERGENCY|FAMILY PLANNING|\bLIMITED\b|\bDENTAL\b|\bVISION\b"
    r"|PRESCRIPTION|PHARMACY",
)
_FAMILY_MET = re.compile(r"FAMILY.{0,40}\b(?:MET|SATISFIED)\b|\bMET\b.{0,30}FAMILY")
_NOT_YET = re.compile(r"\b(?:NOT|MUST|UNTIL|ONCE|AFTER|WHEN|IF|BEFORE|UNLESS)\b")
_VISITS_IN_WORDS = re.compile(r"\b\d+\s+(?:VISITS?|TREATMENTS?|SESSIONS?)\b|\bVISITS?\s+\d")
_PROVIDERS_NETWORK = re.compile(
    r"(?:PROVIDER|PROFESSIONAL|PHYSICIAN|FACILITY)(?: IS (?:CURRENTLY )?| NETWORK STATUS: ?)"
    r"(?:(OUT[\s-]OF|OUTSIDE|NOT IN|NON|NOT(?= PART))|IN)[\s-]?(?:THE )?[\s-]?"
    r"(?:NETWORK|PARTICIPATING)"
)
_IF = re.compile(r"\b(?:IF|WHEN\w*|WHERE|UNLESS|WHETHER)\b[^.;]*$")
_POOL = (
    (re.compile(r"\bPHYSICAL\b|\bP\.?T\.?\b"), "PT"),
    (re.compile(r"OCCUPATIONAL|\bO\.?T\.?\b"), "AD"),
    (re.compile(r"SPEECH|\bS\.?T\.?\b"), "AF"),
    (re.compile(r"CHIROPRACT|MANIPULATION"), "33"),
)

_APART = spoken(
    "NOT SEPARATE EXCLU EXCEPT THAN",
    r"\bNOT (?:COMBINED|SHARED|INCLUD)|SEPARATE|EXCLU|\bEXCEPT|OTHER THAN",
)
"""What a text tells apart from the services that it is about follows such a word,"""
_CLAUSE = re.compile(r"[.;]")
_ARE_APART = re.compile(r"\b(?:HAS|HAVE|ARE|IS) (?:AN? )?SEPARATE")
"""or stands before these."""
_OTHER_REHABILITATION = re.compile(r"CARDIAC|PULMONARY|SUBSTANCE|ALCOHOL")
_OF_OTHER_SERVICE = re.compile(
    r"\W*(?:(?:DEDUCTIBLE|BENEFITS?|PLAN|AND|OUT[- ]OF[- ]POCKET|MAXIMUM)\W+)*"
    r"(?:PHARMACY|PRESCRIPTION|DRUGS?|RX|DENTAL|VISION)"
    r"(?:\W+(?:PHARMACY|PRESCRIPTION|DRUGS?|RX|DENTAL|VISION|DEDUCTIBLE|BENEFITS?|PLAN|AND|ONLY"
    r"|OUT[- ]OF[- ]POCKET|MAXIMUM))*\W*"
)
_WAIVED = re.compile(
    r"DEDUCTIBLE\W+(?:IS\W+)?(?:WAIVED|DOES\W+NOT\W+APPLY|NOT\W+APPLICABLE)"
    r"|NOT\W+SUBJECT\W+TO\W+(?:THE\W+)?DEDUCTIBLE|NO\W+DEDUCTIBLE"
)
_OF_A_PART = spoken("PER", r"\bPER (?:MODALITY|UNIT|PROCEDURE|CODE|15)")
_HALF = 50
"""Where both pay as much, it is the patient's share as well."""
_PLAN_PAYS = re.compile(
    r"(?:PLAN|INSURANCE|COMPANY|WE|BENEFITS?) (?:WILL )?(?:PAYS?|COVERS?|BENEFIT)(?: AT)?"
    r" (\d{1,3})\b"
    r"|(?:COVERED|PAID|PAYABLE|REIMBURSED) AT (\d{1,3})\b"
    r"|\b(\d{1,3}) ?(?:%|PERCENT) (?:COVERED|COVERAGE|BENEFIT)\b"
)


def text_of(row: Benefit) -> str:
    """A row's free text in capitals."""
    return in_capitals(row.messages)


def in_capitals(messages: tuple[str, ...]) -> str:
    """A row's texts as one."""
    return messages[0].upper() if len(messages) == 1 else " ".join(messages).upper()


def names_therapy(text: str) -> bool:
    """Whether a text speaks of outpatient physical therapy or short-term rehabilitation."""
    if "PHYSICAL" not in text and "PT" not in text and "HB" not in text and "HAB" not in text:
        return False
    named = _THERAPY.search(text) or _SHORT_TERM.search(text)
    return bool(named) and not is_inpatient(text) and not _NOT_MEANT.search(text)


def is_inpatient(text: str) -> bool:
    """Whether a text speaks of a stay, in a hospital or at home, and not of a clinic's visits."""
    return bool(_INPATIENT.search(text))


def is_other_rehabilitation(text: str) -> bool:
    """Whether a text speaks of rehabilitation that is none of physical therapy's."""
    return bool(_OTHER_REHABILITATION.search(text))


def is_of_other_service(row: Benefit) -> bool:
    """Whether a text says of a sum that it is the pharmacy's, a dentist's or for eyes alone."""
    return bool(_OF_OTHER_SERVICE.fullmatch(text_of(row)))


def waives_deductible(text: str) -> bool:
    """Whether a text says that the deductible does not apply."""
    return bool(_WAIVED.search(text))


def is_of_a_part(row: Benefit) -> bool:
    """Whether a price is by its text of a part of a visit, such as of each modality."""
    return bool(row.messages) and _OF_A_PART.is_in(text_of(row))


def is_share_of_plan(row: Benefit) -> bool:
    """Whether a text says of just this share that the plan pays it, not the patient."""
    text = text_of(row)
    if not any(map(str.isdigit, text)):
        return False
    said = [int("".join(found)) for found in _PLAN_PAYS.findall(text)]
    return row.fraction is not None and any(one == 100 * row.fraction != _HALF for one in said)


def is_by_another_profession(text: str) -> bool:
    """Whether the therapy in a text is given by a chiropractor."""
    return bool(_BY_ANOTHER.search(text))


def is_tiered(row: Benefit) -> bool:
    """Whether the row holds only for providers that the plan prefers."""
    return bool(row.messages) and _TIER.is_in(text_of(row))


def says_not_found(row: Benefit) -> bool:
    """Whether the payer says in words that it does not know the patient."""
    return bool(row.messages) and bool(_NOT_FOUND.search(text_of(row)))


def speaks_of_end(row: Benefit) -> bool:
    """Whether a text doubts that the plan is, or stays, in force."""
    return _END.is_in(text_of(row))


def speaks_of_other_plans(row: Benefit) -> bool:
    """Whether a text says that other insurance pays first, or that the payer must hear of it."""
    return _OTHER_PLANS.is_in(text_of(row))


def is_narrow_plan(name: str) -> bool:
    """Whether a plan is by its name for some services, or for some payments, only."""
    name = name.upper()
    return "MEDICAL" not in name and _NARROW.is_in(name)


def is_met_by_family(row: Benefit) -> bool:
    """Whether the family's sum is said to be reached."""
    text = text_of(row) if row.messages else ""
    return bool(_FAMILY_MET.search(text)) and not _NOT_YET.search(text)


def counts_visits(row: Benefit) -> bool:
    """Whether a number of visits is said in words."""
    return bool(row.messages) and bool(_VISITS_IN_WORDS.search(text_of(row)))


def network_in_words(text: str) -> str | None:
    """EB12 as a text says it of the provider who asked; None where it does not."""
    if not (" IS " in text or "STATUS:" in text):
        return None
    for found in _PROVIDERS_NETWORK.finditer(text):
        if not _IF.search(text[max(found.start() - 40, 0) : found.start()]):
            return "N" if found[1] else "Y"
    return None


def pool_in_words(text: str) -> tuple[str, ...]:
    """The service types that a text lists as sharing, as codes."""
    if _APART.is_in(text):
        text = ". ".join(map(_without_apart, _CLAUSE.split(text)))
    return tuple(code for pattern, code in _POOL if pattern.search(text))


def _without_apart(clause: str) -> str:
    if _ARE_APART.search(clause):
        return ""
    found = _APART.pattern.search(clause)
    return clause[: found.start()] if found else clause
