"""Everything a scrub can say, in the words that people read: what is wrong, and what to do.

Nothing but codes, line numbers and counts is ever filled in: no finding holds anything of a person.
"""

from typing import NamedTuple

from data_contracts.finding import Finding, Severity

_BLOCK, _REVIEW, _NOTE = Severity.BLOCK, Severity.REVIEW, Severity.NOTE


class _Said(NamedTuple):
    severity: Severity
    problem: str
    remedy: str


CATALOGUE: dict[str, _Said] = {
    "payer.missing": _Said(_BLOCK, "no payer id", "choose the payer as the clearinghouse knows it"),
    "subscriber.missing": _Said(
        _BLOCK, "nobody is named as the subscriber", "take the insurance card and enter it"
    ),
    "member.missing": _Said(_BLOCK, "no member id", "take it from the card or the payer's answer"),
    "member.implausible": _Said(
        _BLOCK, "the member id cannot be one", "compare it with the card, sign by sign"
    ),
    "name.missing": _Said(_BLOCK, "first or last name is missing", "enter it as the payer has it"),
    "name.placeholder": _Said(
        _REVIEW, "the name looks like a placeholder", "enter the person's own name"
    ),
    "birth_date.missing": _Said(_BLOCK, "no birth date", "enter it as the payer has it"),
    "birth_date.implausible": _Said(
        _BLOCK, "nobody treated that day was born then", "compare it with the card"
    ),
    "npi.missing": _Said(_BLOCK, "no National Provider Identifier", "enter it in the profile"),
    "npi.wrong": _Said(
        _BLOCK,
        "the National Provider Identifier's last digit does not fit the others",
        "look it up in the NPPES registry",
    ),
    "date.future": _Said(_BLOCK, "the service lies in the future", "correct the date of service"),
    "filing.late": _Said(
        _BLOCK,
        "the payer takes no claim this long after the service ({days} days late)",
        "look for a reason that the payer accepts, or write it off",
    ),
    "filing.soon": _Said(_NOTE, "{days} days are left to file it", "send it first"),
    "filing.unknown": _Said(
        _NOTE, "nobody told how long this payer takes claims", "see the contract"
    ),
    "claim.number_used": _Said(
        _BLOCK, "a claim with this number left before", "give it a number of its own"
    ),
    "claim.duplicate": _Said(
        _BLOCK,
        "the same services of that day went to this payer before",
        "replace that claim (frequency 7), or leave this one",
    ),
    "claim.overlap": _Said(
        _REVIEW,
        "some services of that day went to this payer before",
        "see whether they were given twice; if not, leave them out",
    ),
    "coverage.unverified": _Said(
        _REVIEW, "coverage was never verified for that day", "verify it before the claim goes"
    ),
    "coverage.other_day": _Said(
        _REVIEW, "coverage was verified for another day", "verify it for the day of service"
    ),
    "coverage.inactive": _Said(
        _BLOCK, "the plan was not in force that day", "find the patient's plan of that day"
    ),
    "coverage.not_found": _Said(
        _BLOCK, "the payer does not know the patient", "mend the member's data and verify again"
    ),
    "coverage.unknown": _Said(
        _REVIEW, "the payer's answer does not tell whether the plan is in force", "call the payer"
    ),
    "coverage.therapy_excluded": _Said(
        _REVIEW, "the plan says that it does not cover therapy", "read the answer; tell the patient"
    ),
    "coverage.other_payer": _Said(_REVIEW, "another payer is named", "find out who pays first"),
    "coverage.no_cost_share": _Said(
        _NOTE,
        "a qualified Medicare beneficiary: nothing may be asked of the patient",
        "write the patient's share off, or bill Medicaid",
    ),
    "authorization.missing": _Said(
        _BLOCK, "the payer wants an authorisation and none is named", "name it, or ask for one"
    ),
    "authorization.possibly": _Said(
        _REVIEW, "the payer may want an authorisation and none is named", "ask the payer"
    ),
    "authorization.unknown": _Said(
        _NOTE, "nobody told whether the payer wants an authorisation", "ask the payer once"
    ),
    "authorization.not_on_file": _Said(
        _REVIEW, "the authorisation named is not on file", "compare its number with the letter"
    ),
    "authorization.inactive": _Said(
        _BLOCK, "the authorisation named does not stand", "name the one that does"
    ),
    "authorization.not_granted": _Said(
        _BLOCK, "the authorisation named was asked for, not granted", "wait for the answer"
    ),
    "authorization.out_of_dates": _Said(
        _BLOCK, "the service lies outside the authorisation's dates", "ask for that day"
    ),
    "authorization.used_up": _Said(
        _BLOCK, "no visit of the authorisation is left", "ask for more visits"
    ),
    "authorization.last_visit": _Said(
        _NOTE, "this is the authorisation's last visit", "ask for more before the next"
    ),
    "plan.unrecorded": _Said(
        _REVIEW, "no plan of care is on record", "record it, with its signature"
    ),
    "plan.not_covered": _Said(
        _BLOCK,
        "no certified plan of care covers that day",
        "have the plan recertified, with the reason for the delay",
    ),
    "plan.late": _Said(
        _BLOCK,
        "the plan of care was not certified in time",
        "get the signature, and the reason for the delay into the chart",
    ),
    "plan.delayed": _Said(
        _REVIEW,
        "the plan of care was certified late",
        "see that the chart has the reason for the delay",
    ),
    "plan.pending": _Said(
        _REVIEW,
        "the plan of care is not certified yet; {days} days are left",
        "hold the claim until it is signed",
    ),
    "lines.none": _Said(_BLOCK, "no service", "enter what was done"),
    "diagnosis.none": _Said(_BLOCK, "no diagnosis", "enter the diagnosis treated"),
    "diagnosis.implausible": _Said(
        _BLOCK, "a diagnosis that ICD-10-CM cannot have", "compare it with the chart"
    ),
    "diagnosis.external_first": _Said(
        _BLOCK,
        "the first diagnosis is a cause of injury, not an injury",
        "put the condition treated first",
    ),
    "diagnosis.no_pointer": _Said(
        _BLOCK, "the line names none of the claim's diagnoses", "point it to the one treated"
    ),
    "code.unknown": _Said(
        _REVIEW,
        "{code} is not in the table of therapy codes on that day",
        "compare it with the current code book",
    ),
    "code.not_paid": _Said(
        _BLOCK, "Medicare does not pay {code}", "see whether {instead} was given"
    ),
    "code.zero_charge": _Said(_NOTE, "nothing is charged for {code}", "see whether that is meant"),
    "units.none": _Said(_BLOCK, "{code} has no unit", "take the line off, or enter its units"),
    "units.no_minutes": _Said(
        _REVIEW,
        "no minutes are written for {code}: its units cannot be checked",
        "write the minutes into the note",
    ),
    "units.untimed": _Said(
        _REVIEW,
        "{code} is billed once a day, whatever it took, and stands here {units} times",
        "bill one",
    ),
    "units.too_many": _Said(
        _BLOCK,
        "{billed} timed units are billed and {minutes} minutes make {allowed}",
        "bill what the minutes make",
    ),
    "units.too_few": _Said(
        _NOTE,
        "{billed} timed units are billed and {minutes} minutes make {allowed}",
        "see whether a unit was forgotten",
    ),
    "units.misplaced": _Said(
        _REVIEW,
        "the number of units is right, but codes with more minutes have fewer",
        "give each code its full quarters, and what is left to the longest rest",
    ),
    "units.unknown": _Said(
        _NOTE, "nobody told how this payer counts units", "see the payer's manual"
    ),
    "assistant.too_long": _Said(
        _BLOCK, "the assistant's minutes of {code} are more than all", "correct the minutes"
    ),
    "modifier.gp_missing": _Said(
        _BLOCK, "{code} lacks GP", "add GP: it was given under a physical therapy plan"
    ),
    "modifier.two_disciplines": _Said(
        _BLOCK, "{code} has modifiers of two disciplines", "keep the plan's own: GP, GO or GN"
    ),
    "modifier.cq_missing": _Said(
        _BLOCK,
        "{units} of {code} were the assistant's and lack CQ",
        "split the line: the assistant's units with CQ",
    ),
    "modifier.cq_too_many": _Said(
        _REVIEW,
        "{units} of {code} have CQ and were the therapist's",
        "split the line: the therapist's units without CQ",
    ),
    "modifier.kx_missing": _Said(
        _BLOCK,
        "the year's threshold is passed and {code} lacks KX",
        "add KX where the chart shows that the service was needed",
    ),
    "modifier.kx_perhaps": _Said(
        _REVIEW,
        "this claim may pass the year's threshold",
        "compare with what Medicare allowed so far; add KX if it does",
    ),
    "modifier.kx_early": _Said(
        _REVIEW,
        "{code} has KX, and as far as is known the year's threshold is not passed",
        "take it off, unless other clinics' services pass it",
    ),
    "threshold.unknown": _Said(
        _REVIEW,
        "what Medicare allowed this year is not known",
        "ask Medicare (HETS) before the claim goes",
    ),
    "threshold.year_unknown": _Said(
        _BLOCK,
        "the KX threshold of the service's year is not known",
        "add the year to data_contracts/laws/therapy_thresholds.yaml",
    ),
    "threshold.review": _Said(
        _NOTE,
        "above the amount of targeted review",
        "see that the chart is ready to be read",
    ),
    "pair.needs_review": _Said(
        _REVIEW,
        "{denied} is not paid beside {pays} unless the note shows that they were apart",
        "read the note; add 59 or an X modifier only if it shows it, else take {denied} off",
    ),
    "pair.unmarked": _Said(
        _REVIEW,
        "{denied} beside {pays}: the note shows that they were apart, and no modifier says so",
        "a biller may add 59 or the X modifier that fits",
    ),
    "pair.unsupported": _Said(
        _REVIEW,
        "{denied} beside {pays} has a modifier that parts them, and no note that shows it",
        "have the note say which minutes or which site, or take the modifier off",
    ),
    "pair.never": _Said(_BLOCK, "{denied} is never paid beside {pays}", "take one of the two off"),
    "pair.not_compared": _Said(
        _NOTE,
        "the pairs of codes were not compared with the NCCI list of that quarter",
        "load CMS's file of that quarter: `ptclinic ncci load`",
    ),
    "line.repeated": _Said(
        _REVIEW,
        "{code} stands twice under the same modifiers",
        "make one line of them, or say with a modifier why they are two",
    ),
}


def finding(code: str, field: str, /, **named: object) -> Finding:
    """One finding with its numbers and procedure codes filled in."""
    said = CATALOGUE[code]
    problem, remedy = said.problem.format(**named), said.remedy.format(**named)
    return Finding(code, said.severity, field, problem, remedy)
