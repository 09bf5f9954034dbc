"""Where services were given: the chart, else the kind of visit, else the clinic's usual place."""

from rules.place_of_service import Places, place_of
from tests.spec.table import each_row

PLACES = """
    chart | visit          | usual | place | finding
    11    | Follow-up      |       | 11    |
    22    | Follow-up      | 11    | 22    |                 # the chart has the first word
    2     | Follow-up      | 11    | 02    |                 # a spreadsheet took its zero
          | Follow-up      | 11    | 11    |
          |                | 11    | 11    |                 # no visit is known
          | Follow-up      |       |       | place.missing
          |                |       |       | place.missing
          | Video check    | 11    | 10    |                 # the clinic's file names the kind
          | House call     | 11    | 12    |
          | Telehealth     | 11    |       | place.elsewhere # its file does not: never the office
          | Virtual visit  | 11    |       | place.elsewhere
          | PT at home     | 11    |       | place.elsewhere
    10    | Telehealth     | 11    | 10    |
    11    | Video check    | 11    | 11    | place.disagrees
    10    | Video check    |       | 10    |
    77    | Follow-up      | 11    | 77    | place.unknown
    11 11 | Follow-up      |       | 11    |
    11 12 | Follow-up      | 11    |       | place.several
"""
TABLES = {
    "Claims: the place of service (the file has 10 for a video check, 12 for a house call)": PLACES
}
KINDS = {"Video check": "10", "House call": "12"}


@each_row(PLACES)
def test_a_place_is_said_by_somebody_or_the_claim_waits(chart, visit, usual, place, finding):
    found = place_of(chart.split(), visit or None, Places(usual or None, KINDS))
    assert (found.code or "") == place
    assert (found.finding.code if found.finding else "") == finding


def test_what_holds_a_claim_back_is_what_nobody_can_answer_for():
    held = {
        one.finding.code: one.finding.severity
        for one in (
            place_of([], None, Places()),
            place_of([], "Telehealth", Places("11")),
            place_of(["11", "12"], None, Places("11")),
            place_of(["77"], None, Places("11")),
            place_of(["11"], "Video check", Places("11", KINDS)),
        )
    }
    assert held == {
        "place.missing": "block",
        "place.elsewhere": "block",
        "place.several": "block",
        "place.unknown": "review",
        "place.disagrees": "review",
    }
