"""What a payer says to a member id that names it; BEHAVIOUR.md shows the same table to readers."""

from sandbox.clearinghouse.benefit import Rows, eb, msg
from sandbox.clearinghouse.scenario import Scenario
from sandbox.clearinghouse.segment import segment

PLAN = eb("1", "", "30", kind="PR", plan="EXAMPLE PPO")
THERAPY = eb("1", "", "PT", network="Y")
COPAY = eb("B", "IND", "PT", period="27", amount=30, network="Y")
_COMBINED = "COMBINED LIMIT FOR PHYSICAL, OCCUPATIONAL AND SPEECH THERAPY"


def _pair(information: str, level: str, total: object, left: object, network: str = "Y") -> Rows:
    said = {"network": network}
    year = eb(information, level, "30", period="23", amount=total, **said)
    return [year, eb(information, level, "30", period="29", amount=left, **said)]


def _limit(types: str, total: object, left: object, **said: str) -> Rows:
    year = eb("F", "IND", types, period="23", visits=total, **said)
    return [year, eb("F", "IND", types, period="29", visits=left, **said)]


BENEFITS = {
    "ACTIVE": Scenario(
        "active, therapy covered, copay 30, no authorisation needed",
        [
            PLAN,
            *_pair("C", "IND", 500, 120),
            *_pair("C", "FAM", 1000, 620),
            *_pair("G", "IND", 4000, 3620),
            *_pair("G", "FAM", 8000, 7620),
            eb("1", "", "PT", authorization="N", network="Y"),
            eb("B", "IND", "PT", period="27", amount=30, authorization="N", network="Y"),
            *_limit("PT", 30, 22, network="Y"),
        ],
    ),
    "INACTIVE": Scenario(
        "coverage ended",
        [eb("6", "", "30", kind="PR", plan="EXAMPLE PPO"), segment("DTP*357*D8*20251231")],
    ),
    "TERMED": Scenario(
        "an old period ended, a newer one is in force",
        [
            PLAN,
            segment("DTP*356*D8*20250101"),
            THERAPY,
            COPAY,
            eb("6", "", "30", kind="PR", plan="EXAMPLE PPO"),
            segment("DTP*307*RD8*20200101-20241231"),
        ],
    ),
    "PLANONLY": Scenario("active, nothing said of therapy", [PLAN, *_pair("C", "IND", 500, 500)]),
    "NOTCOVERED": Scenario(
        "plan active, physical therapy not covered",
        [PLAN, eb("I", "", "PT", network="W"), eb("I", "", "AE", network="W")],
    ),
    "PTPOOL": Scenario(
        "copay on four therapies, limit 40 (25 left) on AD, AE and AF, the pool in words",
        [
            PLAN,
            eb("1", "", "AD^AE^AF^PT", network="Y"),
            eb("B", "IND", "AD^AE^AF^PT", period="27", amount=25, authorization="N", network="Y"),
            *_limit("AD^AE^AF", 40, 25, network="Y"),
            msg(_COMBINED),
        ],
    ),
    "CHIRO": Scenario(
        "limit 60 shared with chiropractic, once with and once without network",
        [
            PLAN,
            eb("1", "", "33^PT", network="Y"),
            COPAY,
            eb("F", "IND", "33^PT", period="23", visits=60, network="Y"),
            eb("F", "IND", "33^PT", period="23", visits=60),
            msg("LIMIT IS COMBINED FOR IN AND OUT OF NETWORK"),
            eb("F", "IND", "33^PT", period="29", visits=41),
        ],
    ),
    "HSD": Scenario(
        "limit 35 in HSD, remaining 12 by HSD05 29, therapy only in words",
        [
            PLAN,
            eb("1", "", "33^98^UC", network="Y"),
            eb("F", "IND", "33", network="Y"),
            segment("HSD*VS*35***21*1"),
            msg("SHORT TERM REHAB OUTPATIENT, PHYSICAL THERAPY"),
            eb("F", "IND", "33", network="Y"),
            segment("HSD*VS*12***29"),
            msg("SHORT TERM REHAB OUTPATIENT"),
        ],
    ),
    "MSGAUTH": Scenario(
        "precertification only in words",
        [
            PLAN,
            THERAPY,
            COPAY,
            eb("F", "IND", "30", network="Y"),
            msg("PLAN REQUIRES PRECERT"),
        ],
    ),
    "AUTHREQ": Scenario(
        "authorisation required (EB11 Y)",
        [
            PLAN,
            eb("1", "", "PT", authorization="Y", network="Y"),
            eb("B", "IND", "PT", period="27", amount=20, authorization="Y", network="Y"),
        ],
    ),
    "AUTHUNKNOWN": Scenario(
        "the payer cannot say whether authorisation is needed (EB11 U)",
        [PLAN, eb("1", "", "PT", authorization="U", network="Y"), COPAY],
    ),
    "TIERS": Scenario(
        "copay 25 in the highest tier, 50 outside it",
        [
            PLAN,
            THERAPY,
            eb("B", "IND", "PT", period="27", amount=25, network="Y"),
            msg("HIGHEST BENEFIT LEVEL, PREFERRED PROVIDERS"),
            eb("B", "IND", "PT", period="27", amount=50, network="Y"),
        ],
    ),
    "OON": Scenario(
        "rows for in and out of network, a text says the provider is out",
        [
            PLAN,
            THERAPY,
            eb("A", "IND", "PT", fraction=".2", network="Y"),
            eb("A", "IND", "PT", fraction=".5", network="N"),
            *_pair("C", "IND", 500, 300, "Y"),
            *_pair("C", "IND", 2000, 2000, "N"),
            eb("D", "", "30"),
            msg("PROVIDER IS OUT OF NETWORK"),
        ],
    ),
    "COB": Scenario(
        "another payer comes first",
        [
            PLAN,
            THERAPY,
            COPAY,
            eb("R", "", "30", kind="MB"),
            segment("LS*2120"),
            segment("NM1*PR*2*MEDICARE PART B"),
            segment("LE*2120"),
        ],
    ),
    "QMB": Scenario(
        "qualified Medicare beneficiary: nothing may be charged",
        [
            eb("1", "", "30", kind="MC", plan="STATEWIDE CARE"),
            eb("1", "", "30", kind="QM", plan="QUALIFIED MEDICARE BENEFICIARY"),
            eb("1", "", "AE", kind="MC"),
            eb("B", "IND", "AE", kind="MC", period="27", amount=0),
        ],
    ),
    "MEDICARE": Scenario(
        "Part B; asked again by the same NPI within 24 simulated hours: AAA E3 N",
        [
            eb("1", "", "30", kind="MB", plan="MEDICARE PART B"),
            eb("C", "IND", "30", kind="MB", period="23", amount=257),
            eb("C", "IND", "30", kind="MB", period="29", amount=0),
            eb("1", "", "PT", kind="MB"),
            eb("A", "IND", "PT", kind="MB", period="27", fraction=".2"),
        ],
        only="once",
    ),
    "FAMILY": Scenario(
        "only family amounts, one met beyond its maximum",
        [
            PLAN,
            THERAPY,
            eb("C", "FAM", "30", period="23", amount=1000, network="Y"),
            eb("C", "FAM", "30", period="24", amount="1025.90", network="Y"),
            eb("G", "FAM", "30", period="23", amount=3000, network="Y"),
            eb("G", "FAM", "30", period="24", amount="2400.5", network="Y"),
        ],
    ),
    "NOLIMIT": Scenario(
        "999999.99 where there is no limit",
        [
            PLAN,
            THERAPY,
            COPAY,
            eb("C", "IND", "30", period="23", amount="0", network="Y"),
            eb("G", "IND", "30", period="23", amount="999999.99", network="Y"),
            eb("G", "IND", "30", period="29", amount="999999.99", network="Y"),
            eb("F", "IND", "PT", period="23", amount="999999.99", network="Y"),
        ],
    ),
    "NEGATIVE": Scenario(
        "remaining amounts and visits below zero",
        [
            PLAN,
            THERAPY,
            COPAY,
            *_pair("C", "IND", 500, "-25.5"),
            *_limit("PT", 20, -2, network="Y"),
        ],
    ),
    "AMBIGUOUS": Scenario(
        "two copays of equal rank, no network stated",
        [
            PLAN,
            eb("1", "", "PT"),
            eb("B", "IND", "PT", period="27", amount=20),
            eb("B", "IND", "PT", period="27", amount=45),
        ],
    ),
    "MANY": Scenario(
        "three hundred EB segments",
        [
            PLAN,
            THERAPY,
            COPAY,
            *(eb("B", "IND", "98", period="27", amount=n % 90) for n in range(297)),
        ],
    ),
    "CANNOT": Scenario("the payer cannot process (EB*V)", [eb("V", "", "30")]),
    "CALLTHEM": Scenario("the payer says to call (EB*U)", [eb("U", "", "30")]),
    "DISCLAIMER": Scenario(
        "nothing but a disclaimer (EB*P)", [eb("P"), msg("THIS IS NO GUARANTEE OF PAYMENT")]
    ),
    "NOTFOUNDTEXT": Scenario(
        "not found, said without an AAA", [eb("I", "", "30"), msg("PATIENT NOT FOUND")]
    ),
    "STC30ONLY": Scenario(
        "any other service type than 30: AAA 53 C", [PLAN, THERAPY, COPAY], only="30"
    ),
    "TODAYONLY": Scenario(
        "any other day than today: AAA 62 C", [PLAN, THERAPY, COPAY], only="today"
    ),
}
"""What a payer says."""
