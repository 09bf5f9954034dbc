"""What the AAA codes of a 271 mean and ask for (005010X279A1), as reviewed on `REVIEWED`."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data_contracts.benefit import Loop
from data_contracts.coverage import NextStep

REVIEWED = date(2026, 11, 26)


class Class(StrEnum):
    """Where the trouble lies."""

    NOT_NOW = "not now"
    THROTTLE = "throttle"
    CONFIGURATION = "configuration"
    ENROLLMENT = "enrolment"
    PROVIDER = "provider data"
    MAPPING = "mapping"
    REQUEST = "request"
    PATIENT = "patient data"
    DUPLICATE = "duplicate"
    ANSWER = "answer for staff"
    AUTHORIZATION = "prior authorization"
    UNKNOWN = "unknown"


class Meaning(NamedTuple):
    """One code's meaning."""

    words: str
    kind: Class
    step: NextStep


_RETRY, _FIX, _STAFF = NextStep.RETRY, NextStep.FIX_DATA, NextStep.MANUAL
_CONFIGURATION, _PROVIDER = NextStep.FIX_CONFIGURATION, NextStep.FIX_PROVIDER

MEANINGS: Mapping[str, Meaning] = {
    "04": Meaning("more was asked than is allowed at once", Class.THROTTLE, _RETRY),
    "15": Meaning("required data of the question is missing", Class.MAPPING, _CONFIGURATION),
    "33": Meaning("input errors", Class.PATIENT, _FIX),
    "35": Meaning("out of network", Class.ANSWER, _STAFF),
    "41": Meaning("access is restricted", Class.ENROLLMENT, NextStep.ENROLL),
    "42": Meaning("unable to respond now", Class.NOT_NOW, _RETRY),
    "43": Meaning("provider's id is wrong or missing", Class.PROVIDER, _PROVIDER),
    "44": Meaning("provider's name is wrong or missing", Class.PROVIDER, _PROVIDER),
    "45": Meaning("provider's specialty is wrong or missing", Class.PROVIDER, _PROVIDER),
    "46": Meaning("provider's phone is wrong or missing", Class.PROVIDER, _PROVIDER),
    "47": Meaning("provider's state is wrong or missing", Class.PROVIDER, _PROVIDER),
    "48": Meaning("referring provider's id is wrong or missing", Class.PROVIDER, _PROVIDER),
    "49": Meaning("provider is not the primary care physician", Class.ANSWER, _STAFF),
    "50": Meaning("provider may not ask this payer", Class.ENROLLMENT, NextStep.ENROLL),
    "51": Meaning("provider is not on the payer's file", Class.ENROLLMENT, NextStep.ENROLL),
    "52": Meaning("provider was not enrolled on that day", Class.ENROLLMENT, NextStep.ENROLL),
    "53": Meaning("benefit does not fit the provider", Class.REQUEST, NextStep.RETRY_PLAN_LEVEL),
    "54": Meaning(
        "qualifier of the procedure does not fit", Class.REQUEST, NextStep.RETRY_PLAN_LEVEL
    ),
    "55": Meaning("procedure does not fit", Class.REQUEST, NextStep.RETRY_PLAN_LEVEL),
    "56": Meaning("the day is wrong", Class.REQUEST, NextStep.RETRY_TODAY),
    "57": Meaning("the day is wrong or missing", Class.REQUEST, NextStep.RETRY_TODAY),
    "58": Meaning("birth date is wrong or missing", Class.PATIENT, _FIX),
    "60": Meaning("the day is before the birth date", Class.REQUEST, NextStep.RETRY_TODAY),
    "61": Meaning("the day is after the death", Class.REQUEST, NextStep.RETRY_TODAY),
    "62": Meaning("the day is outside what may be asked", Class.REQUEST, NextStep.RETRY_TODAY),
    "63": Meaning("the day lies in the future", Class.REQUEST, NextStep.RETRY_TODAY),
    "64": Meaning("patient's id is wrong or missing", Class.PATIENT, _FIX),
    "65": Meaning("patient's name is wrong or missing", Class.PATIENT, _FIX),
    "66": Meaning("patient's gender is wrong or missing", Class.PATIENT, _FIX),
    "67": Meaning("patient is not found", Class.PATIENT, _FIX),
    "68": Meaning("patient's id is there twice", Class.DUPLICATE, _STAFF),
    "69": Meaning("does not fit the patient's age", Class.ANSWER, _STAFF),
    "70": Meaning("does not fit the patient's gender", Class.ANSWER, _STAFF),
    "71": Meaning("birth date is another than on file", Class.PATIENT, _FIX),
    "72": Meaning("subscriber's id is wrong or missing", Class.PATIENT, _FIX),
    "73": Meaning("subscriber's name is wrong or missing", Class.PATIENT, _FIX),
    "74": Meaning("subscriber's gender is wrong or missing", Class.PATIENT, _FIX),
    "75": Meaning("subscriber is not found", Class.PATIENT, _FIX),
    "76": Meaning("subscriber's id is there twice", Class.DUPLICATE, _STAFF),
    "77": Meaning("subscriber is found, patient is not", Class.PATIENT, _FIX),
    "78": Meaning("subscriber is not in that group or plan", Class.PATIENT, _FIX),
    "79": Meaning("payer's id is wrong", Class.CONFIGURATION, _CONFIGURATION),
    "80": Meaning("no response, transaction ended", Class.NOT_NOW, _RETRY),
    "97": Meaning("provider's address is wrong or missing", Class.PROVIDER, _PROVIDER),
    "98": Meaning("experimental service", Class.ANSWER, _STAFF),
    "AA": Meaning("authorization number is not found", Class.AUTHORIZATION, _STAFF),
    "AE": Meaning("primary care provider must authorize", Class.AUTHORIZATION, _STAFF),
    "AF": Meaning("diagnosis is wrong or missing", Class.AUTHORIZATION, _STAFF),
    "AG": Meaning("procedure is wrong or missing", Class.AUTHORIZATION, _STAFF),
    "AO": Meaning("further certification is needed", Class.AUTHORIZATION, _STAFF),
    "CI": Meaning("certification does not fit the patient", Class.AUTHORIZATION, _STAFF),
    "E8": Meaning("medical review is needed", Class.AUTHORIZATION, _STAFF),
    "IA": Meaning("authorization number is invalid", Class.AUTHORIZATION, _STAFF),
    "MA": Meaning("authorization number is missing", Class.AUTHORIZATION, _STAFF),
    "E3": Meaning("asked again too soon", Class.DUPLICATE, NextStep.STOP),
    "T4": Meaning("payer's name or id is missing", Class.CONFIGURATION, _CONFIGURATION),
}
_OF_PAYER = frozenset({"04", "41", "42", "79", "80", "T4"})
_OF_PROVIDER = frozenset(
    {"15", "41", "43", "44", "45", "46", "47", "48", "50", "51", "79", "97", "T4"}
)
_NOT_OF_PATIENT = frozenset({"04", "41", "42", "44", "46", "50", "51", "79", "80", "97", "T4"})
_UNKNOWN = Meaning("a code that is not in our table", Class.UNKNOWN, _STAFF)


def meaning_of(code: str) -> Meaning:
    """A code's meaning; one that we do not know is for a person."""
    return MEANINGS.get(code, _UNKNOWN)


def belongs(code: str, loop: Loop) -> bool:
    """Whether the guide lets this code stand at this level."""
    if loop is Loop.PAYER:
        return code in _OF_PAYER
    if loop is Loop.PROVIDER:
        return code in _OF_PROVIDER
    return code in MEANINGS and code not in _NOT_OF_PATIENT
