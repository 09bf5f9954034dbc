"""What payers say in free text (MSG) where a code was wanted: patterns, and nothing quoted.

A pattern only ever makes us less sure or points to a row; no figure is read out of a text. Most
texts hold no word of a pattern, so that a plain look for one comes first.
"""

import re

from data_contracts.benefit import Benefit

_THERAPY = re.compile(
    r"PHYSICAL(?:(?:\s*[,&/]\s*|\s+(?:AND|OR)\s+)(?:AND\s+)?(?:OCCUPATIONAL|SPEECH|AQUATIC))*"
    r"\s+(?:MEDICINE|THERAP)|\bP\.?T\.?/|\bPT\b(?!\s*\d)"
)
_NOT_MEANT = re.compile(
    r"EXCLU|\bEXCEPT|OTHER THAN|\bNOT (?:COVERED|INCLUD|APPL|FOR)|\bNON-?\s?PHYSICAL|WITHOUT"
)
_SHORT_TERM = re.compile(r"SHO?R?T[\s.-]*TE?RM[\s.-]*RE?HA?B")
_BY_ANOTHER = re.compile(r"\bBY\s+(?:A\s+)?CHIROPRACTOR")
_INPATIENT = re.compile(
    r"\bIN-?PATIENT|SKILLED NURSING|\bSNF\b|HOME HEALTH|PRIVATE ROOM|ROOM (?:AND|&) BOARD"
)
_TIER = re.compile(
    r"(?:HIGHEST BENEFIT|PREFERRED\b(?<!\wPREFERRED)(?<!NON[- ]PREFERRED)|DESIGNATED"
    r"|MAXIMUM SAVINGS|TIER(?<!\wTIER)\s*[0-9I]|ENHANCED\b(?<!\wENHANCED))"
)
_TIERS = ("TIER", "PREFERRED", "DESIGNATED", "HIGHEST", "MAXIMUM", "ENHANCED")
_AUTHORIZATION = re.compile(
    r"PRE-?\s?CERT|PRIOR[\s-]*AUTH|PRE-?\s?AUTH|REFERRAL"
    r"|AUTH(?:ORI[SZ]ATION)?\s+(?:IS\s+)?(?:REQ|NEED)"
    r"|UTILI[SZ]ATION (?:REVIEW|MANAGEMENT)|MEDICAL REVIEW|PRIOR APPROVAL|PRE-?\s?APPROV"
    r"|NOTIFICATION\s+(?:IS\s+)?REQ|NECESSITY REVIEW"
)
_LEAVE = r"(?:PRE-?\s?CERT|(?:PRIOR|PRE)?[\s-]?AUTH|REFERRAL|PRIOR APPROVAL|NOTIFICATION)"
_FREE = r"(?:(?!WITHOUT|UNLESS|IF\b|UNTIL)\w+[\s/-]+){0,3}"
_NO_AUTHORIZATION = re.compile(
    rf"\b(?:NO|NEVER|NOT\s+(?:REQUIR|NEED)\w*|NOT SUBJECT TO)\s+{_FREE}{_LEAVE}"
    rf"|{_LEAVE}\w*[:\s]+(?:(?:IS|ARE|MAY|WAS|REQUIREMENT)\s+)?"
    r"(?:(?:NOT|NO LONGER|NEVER)\s+(?:BE\s+)?(?:REQ|NEED|NECESS|APPL)|WAIVED|N/A|ISN'T)"
)
_WITHOUT = re.compile(rf"\bWITHOUT\s+(?:\w+\s+){{0,2}}{_LEAVE}")
_REFUSES = re.compile(r"\b(?:NO|NOT|DEN\w*|PENAL\w*|REDUC\w*)\b")
_IN_PART = re.compile(r"\b(?:FIRST|UNTIL|UP TO|EXCEPT|UNLESS|AFTER|EVAL\w*|INITIAL|THEN|BUT)\b")
_CLAUSE = re.compile(r"[.;]")
_PLAN_WIDE = re.compile(r"^\s*(?:THIS\s+)?PLAN\s+REQUIRES")
_NOT_FOUND = re.compile(
    r"(?:PATIENT|MEMBER|SUBSCRIBER|INSURED|DEPENDENT|RECORD|ELIGIBILITY|PERSON)S?\b"
    r"(?:(?!PCP|PRIMARY|PROVIDER|OTHER|REFERRAL).){0,40}"
    r"(?:NOT (?:BE )?(?:FOUND|ON FILE|IDENTIFIED|LOCATED)|UNKNOWN)"
    r"|(?:NO|UNABLE TO|COULD NOT|CANNOT)\s+(?:RECORD|FIND|LOCATE|IDENTIFY|MATCH)"
    r"(?!\s+(?:(?:OF|FOR|AN?|ANY|THE)\s+)*(?:OTHER|PCP|PRIMARY|PROVIDER|REFERRAL|AUTH))"
)
_END = re.compile(
    r"GRACE PERIOD|TERMINAT|CANCEL|SUSPEN|LAPSE|DELINQUEN|NOT (?:YET )?EFFECTIVE|PENDING ENROL"
)
_NARROW = re.compile(
    r"\bONLY\b|EMERGENCY|FAMILY PLANNING|\bLIMITED\b|\bDENTAL\b|\bVISION\b|PRESCRIPTION|PHARMACY"
)
_FAMILY_MET = re.compile(r"FAMILY.{0,40}\b(?:MET|SATISFIED)\b|\bMET\b.{0,30}FAMILY")
_VISITS_IN_WORDS = re.compile(r"\b\d+\s+(?:VISITS?|TREATMENTS?|SESSIONS?)\b|\bVISITS?\s+\d")
_PROVIDERS_NETWORK = re.compile(
    r"(?:PROVIDER|PROFESSIONAL|PHYSICIAN|FACILITY) IS (?:CURRENTLY )?"
    r"(?:(OUT[\s-]OF|OUTSIDE|NOT IN|NON)|IN)[\s-]?(?:THE )?[\s-]?NETWORK"
)
_POOL = (
    (re.compile(r"\bPHYSICAL\b|\bP\.?T\.?\b"), "PT"),
    (re.compile(r"OCCUPATIONAL|\bO\.?T\.?\b"), "AD"),
    (re.compile(r"SPEECH|\bS\.?T\.?\b"), "AF"),
    (re.compile(r"CHIROPRACT|MANIPULATION"), "33"),
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


def is_by_another_profession(text: str) -> bool:
    """Whether the therapy in a text is given by a chiropractor."""
    return bool(_BY_ANOTHER.search(text))


def is_tiered(row: Benefit) -> bool:
    """Whether the row holds only for providers that the plan prefers."""
    if not row.messages:
        return False
    text = text_of(row)
    return any(map(text.__contains__, _TIERS)) and bool(_TIER.search(text))


def wants_authorization(messages: tuple[str, ...]) -> bool:
    """Whether a row's texts speak of leave that must be asked for."""
    for message in messages:
        text = message.upper()
        if not ("AUTH" in text or "CERT" in text or "RE" in text or "APPROV" in text):
            continue
        if _AUTHORIZATION.search(text) and any(map(_wants, _CLAUSE.split(text))):
            return True
    return False


def _wants(clause: str) -> bool:
    """One clause; leave that is not needed for a part of the visits is needed for the others."""
    if not _AUTHORIZATION.search(clause):
        return bool(_NO_AUTHORIZATION.search(clause) and _IN_PART.search(clause))
    if _WITHOUT.search(clause) and not _REFUSES.search(clause):
        return False
    return not _NO_AUTHORIZATION.search(clause) or bool(_IN_PART.search(clause))


def is_plan_wide(messages: tuple[str, ...]) -> bool:
    """Whether a text is said of the plan, whatever service type it stands under."""
    for message in messages:
        text = message.upper()
        if "REQUIRES" in text and _PLAN_WIDE.search(text):
            return True
    return False


def says_not_found(row: Benefit) -> bool:
    """Whether the payer says in words that it does not know the patient."""
    return bool(row.messages) and bool(_NOT_FOUND.search(text_of(row)))


def speaks_of_end(row: Benefit) -> bool:
    """Whether a text doubts that the plan is, or stays, in force."""
    return bool(_END.search(text_of(row)))


def is_narrow_plan(name: str) -> bool:
    """Whether a plan is by its name for some services, or for some payments, only."""
    return bool(_NARROW.search(name.upper()))


def is_met_by_family(row: Benefit) -> bool:
    """Whether the family's sum is said to be reached."""
    return bool(row.messages) and bool(_FAMILY_MET.search(text_of(row)))


def counts_visits(row: Benefit) -> bool:
    """Whether a number of visits is said in words."""
    return bool(row.messages) and bool(_VISITS_IN_WORDS.search(text_of(row)))


def network_in_words(text: str) -> str | None:
    """EB12 as a text says it of the provider who asked; None where it does not."""
    found = _PROVIDERS_NETWORK.search(text)
    if found is None:
        return None
    return "N" if found[1] else "Y"


def pool_in_words(text: str) -> tuple[str, ...]:
    """The service types that a text lists, as codes."""
    return tuple(code for pattern, code in _POOL if pattern.search(text))
