"""What a vendor may say when it is broken, with everything of a patient in it."""

import json
from typing import Any, Final

from tests.leaks.planted import ADDRESS, BORN, FIRST, LAST, MAIL, MEMBER, PHONES, PLANTED, WORDS

_ALL: Final = " ".join(PLANTED)
_PAGE: Final = f"<html><body><h1>No record of {_ALL}</h1></body></html>"
_CUT: Final = json.dumps({"patient": list(PLANTED)})[:-2]
_REFUSAL: Final = {"message": f"{_ALL} is not valid", "errors": {"email": f"{MAIL} is taken"}}

PRACTICE: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "html", "body": _PAGE},
    {"kind": "status", "status": 200, "body": _CUT},
    {"kind": "status", "status": 200, "body": json.dumps(list(PLANTED))},
    {"kind": "status", "status": 422, "body": json.dumps(_REFUSAL)},
    {"kind": "status", "status": 403, "body": json.dumps(_REFUSAL)},
)
"""Each ends a reading of the book."""

CARRIER: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "status", "status": 400, "body": json.dumps({"code": 21211, **_REFUSAL})},
    {"kind": "html", "status": 500, "body": _PAGE},
    {"kind": "status", "status": 201, "body": _CUT},
)
"""Each is the answer to one text."""

_BAD_ROW: Final = {
    "id": "1999",
    "starts_at": f"{BORN} {FIRST} {LAST}",
    "notes": f"{WORDS} {ADDRESS} {MEMBER} {MAIL} {PHONES[0]}",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-05T16:00:00Z",
}
BAD_ROWS: Final[dict[str, Any]] = {
    "kind": "status",
    "status": 200,
    "body": json.dumps({"individual_appointments": [_BAD_ROW], "total_entries": 1, "links": {}}),
}
"""An answer as it should be, with a row that makes no sense."""

REPORT: Final = f"""id,patient,when,booked,phone,outcome,name,member,notes
v1,bo,2025-12-01 09:00,2025-11-20 10:00,+1{PHONES[0]},came,{FIRST} {LAST},{MEMBER},{WORDS}
v2,bo,2025-12-01 09:00,2025-12-05 10:00,+1{PHONES[0]},came,{FIRST} {LAST},{MEMBER},{WORDS}
{FIRST} {LAST},{MAIL},{BORN},{ADDRESS},{PHONES[0]},{WORDS},{FIRST} {LAST},{MEMBER},{WORDS}
"""
"""A report file: one good row, one that cannot be, and one whose every cell is somebody's."""
MAPPING: Final = """\
name: old_system
kind: appointments
files: "visits*.csv"
columns:
  source_id: {from: [id]}
  patient_source_id: {from: [patient]}
  starts_at: {from: [when]}
  booked_at: {from: [booked]}
  mobile: {from: [phone]}
  full_name: {from: [name]}
  status: {from: [outcome]}
status:
  words: {came: arrived, missed: no_show, open: booked}
"""
