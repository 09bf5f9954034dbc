"""The 2110 rows as JSON: one object an EB, what hangs below it inside."""

from collections.abc import Sequence
from typing import Any

from sandbox.clearinghouse.segment import Segment, at

_NETWORK = {"Y": "Yes", "N": "No", "U": "Unknown", "W": "Not Applicable"}
_PERIOD = {"23": "Calendar Year", "24": "Year to Date", "27": "Visit", "29": "Remaining"}


def benefits(rows: Sequence[Segment]) -> list[dict[str, Any]]:
    """`benefitsInformation` of the JSON family."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if row[0] == "EB":
            found.append(_one(row))
        elif found:
            _below(found[-1], row)
    return found


def _one(row: Segment) -> dict[str, Any]:
    types = [one for one in at(row, 3).split("^") if one]
    fields = {
        "code": at(row, 1),
        "coverageLevelCode": at(row, 2),
        "serviceTypeCodes": types,
        "insuranceTypeCode": at(row, 4),
        "planCoverage": at(row, 5),
        "timeQualifierCode": at(row, 6),
        "timeQualifier": _PERIOD.get(at(row, 6), ""),
        "benefitAmount": at(row, 7),
        "benefitPercent": at(row, 8),
        "quantityQualifierCode": at(row, 9),
        "benefitQuantity": at(row, 10),
        "authOrCertIndicator": at(row, 11),
        "inPlanNetworkIndicatorCode": at(row, 12),
        "inPlanNetworkIndicator": _NETWORK.get(at(row, 12), ""),
    }
    return {name: value for name, value in fields.items() if value}


def _below(one: dict[str, Any], row: Segment) -> None:
    if row[0] == "MSG":
        one.setdefault("additionalInformation", []).append({"description": at(row, 1)})
    elif row[0] == "HSD":
        delivery = {
            "unitForMeasurementCode": at(row, 3),
            "quantityQualifierCode": at(row, 1),
            "quantity": at(row, 2),
            "timePeriodQualifierCode": at(row, 5),
            "numOfPeriods": at(row, 6),
        }
        kept = {name: value for name, value in delivery.items() if value}
        one.setdefault("benefitsServiceDelivery", []).append(kept)
    elif row[0] == "DTP":
        names = {"307": "eligibility", "356": "eligibilityBegin", "357": "eligibilityEnd"}
        dates = one.setdefault("benefitsDateInformation", {})
        dates[names.get(at(row, 1), at(row, 1))] = at(row, 3)
    elif row[0] == "NM1":
        entity = {"entityIdentifier": at(row, 1), "entityName": at(row, 3)}
        one.setdefault("benefitsRelatedEntities", []).append(entity)
