"""What the codes of 999, 997 and TA1 mean, in words of our own."""

from data_contracts.acknowledgement import Flaw, Verdict

VERDICTS = {
    "A": Verdict.ACCEPTED,
    "E": Verdict.ACCEPTED_WITH_ERRORS,
    "P": Verdict.PARTLY_ACCEPTED,
    "R": Verdict.REJECTED,
    "M": Verdict.REJECTED,
    "W": Verdict.REJECTED,
    "X": Verdict.REJECTED,
}
"""IK501, AK501, AK901 and TA104; M, W and X are failures of security."""

SEGMENT = {
    "1": "no such segment",
    "2": "the segment is not expected here",
    "3": "a required segment is missing",
    "4": "the loop comes too often",
    "5": "the segment comes too often",
    "6": "the segment does not belong to this transaction",
    "7": "the segment stands out of order",
    "8": "elements of the segment are wrong",
    "I4": "the guide does not use this segment",
    "I6": "a segment is missing that another one requires",
    "I7": "the loop comes too seldom",
    "I8": "the segment comes too seldom",
    "I9": "the guide does not use this segment where another one stands",
}
ELEMENT = {
    "1": "a required element is missing",
    "2": "an element is missing that another one requires",
    "3": "too many elements",
    "4": "too short",
    "5": "too long",
    "6": "a character that is not allowed",
    "7": "a code that is not allowed",
    "8": "not a date",
    "9": "not a time",
    "10": "an element that another one excludes",
    "12": "repeated too often",
    "13": "too many components",
    "I6": "the guide does not use this code",
    "I9": "an element is missing that the guide requires here",
    "I10": "the guide does not use this element",
    "I11": "repeated too seldom",
    "I12": "not of the form that the guide wants",
    "I13": "the guide does not use this element here",
}
TRANSACTION = {
    "1": "this kind of transaction is not taken",
    "2": "SE is missing",
    "3": "control numbers of ST and SE differ",
    "4": "SE01 counts another number of segments",
    "5": "segments are wrong",
    "6": "no or a wrong transaction identifier",
    "7": "no or a wrong control number",
    "23": "the control number is used twice in its group",
    "I5": "the guide is broken",
    "I6": "the guide's version is not taken",
}
GROUP = {
    "1": "this kind of group is not taken",
    "2": "this version of the group is not taken",
    "3": "GE is missing",
    "4": "control numbers of GS and GE differ",
    "5": "GE01 counts another number of transactions",
    "6": "the control number breaks the rules",
    "17": "security does not fit",
    "18": "an authentication key is wrong",
    "19": "the control number was used before",
    "23": "a security trailer is missing",
}
INTERCHANGE = {
    "000": "no error",
    "001": "control numbers of ISA and IEA differ",
    "002": "the version is not taken",
    "003": "this version of control segments is not taken",
    "004": "the segment terminator is wrong",
    "005": "the sender's qualifier is wrong",
    "006": "the sender is not known",
    "007": "the receiver's qualifier is wrong",
    "008": "the receiver is not known",
    "009": "the receiver's number is not known",
    "010": "ISA01 is wrong",
    "011": "ISA02 is wrong",
    "012": "ISA03 is wrong",
    "013": "ISA04 is wrong",
    "014": "the date is wrong",
    "015": "the time is wrong",
    "016": "ISA11 is wrong",
    "017": "ISA12 is wrong",
    "018": "the control number is wrong",
    "019": "ISA14 is wrong",
    "020": "ISA15 is wrong",
    "021": "the number of groups is wrong",
    "022": "the control structure is wrong",
    "023": "the file ends too early",
    "024": "the interchange holds what it may not",
    "025": "the control number was used before",
    "026": "the element separator is wrong",
    "027": "the component separator is wrong",
    "028": "deliveries on a date are not taken",
    "029": "deliveries on a date need a service",
    "030": "the delivery's request is wrong",
    "031": "the delivery's date is wrong",
}


def flaw_of(code: str, meanings: dict[str, str]) -> Flaw:
    """A code with its meaning, or that it has none."""
    return Flaw(code, meanings.get(code, "a code that the standard does not know"))


def verdict_of(code: str | None) -> Verdict:
    """The verdict behind a code."""
    return VERDICTS.get(code or "", Verdict.UNKNOWN)
