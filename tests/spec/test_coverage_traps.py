"""What real payers do to a reader, one look-alike each: what is sure, and what must stay open.

The answers are made up after the forms that payers use. `deductible` and `visits` are left/limit.
"""

from data_contracts.coverage import Network
from rules.coverage import summarize
from tests.spec.benefit_rows import DAY, shown, written
from tests.spec.table import each_row

# The copay stands on a longer list of services than the limit; a text names who shares it.
LISTS = """
    EB*1**30*HM*MERIDIAN TIERED
    EB*1**AD^AE^AF^PT********N*Y
    EB*A**AD^AE^AF^PT***27**0***N*Y
    EB*B**AD^AE^AF^PT***27*35****N*Y
    EB*C**AD^AE^AF^PT***27*0*****Y
    EB*C*IND*30***23*2000*****Y
    EB*C*IND*30***29*1410.75*****Y
    EB*F*IND*AD^AE^AF***23***VS*45
    MSG*Rehabilitative: total for Physical, Occupational and Speech Therapy
    EB*F*IND*AD^AE^AF***29***VS*31
    MSG*Rehabilitative: total for Physical, Occupational and Speech Therapy
    EB*I**AD^AE^AF^PT*********N
"""
# One limit for therapy and chiropractic, told with and without the network; two tiers of copay.
SHARED = """
    EB*1**30*C1*MERIDIAN CHOICE
    EB*1**33^98^PT*********Y
    EB*B*IND*PT***7*20*****Y
    MSG*HIGHEST BENEFIT
    EB*B*IND*PT***7*55*****Y
    EB*C*IND*30***23*750*****Y
    EB*C*IND*30***29*0*****Y
    EB*F*IND*33^PT***23***VS*60**Y
    MSG*LIMIT IS COMBINED FOR IN AND OUT OF NETWORK
    EB*F*IND*33^PT***23***VS*60
    MSG*LIMIT IS COMBINED FOR IN AND OUT OF NETWORK
    EB*F*IND*33^PT***29***VS*48
"""
# The limit stands in HSD under chiropractic; therapy and precertification only in texts.
TEXTS = """
    EB*1*EMP*30*EP*MERIDIAN OPEN
    EB*1*EMP*1^33^98^UC
    EB*A*EMP*98*****.15****Y
    MSG*SPECIALIST VISIT OR EVALUATION,COINS APPLIES TO OUT OF POCKET
    EB*F*EMP*30*********Y
    MSG*PLAN REQUIRES PRECERT
    EB*F*IND*33*********Y
    HSD*VS*35***21*1
    MSG*SHT TRM RHB OP,PHYSICAL THERAPY BY CHIROPRACTOR
    EB*F*IND*33*********Y
    HSD*VS*22***29
    MSG*SHT TRM RHB OP
"""
# Sums without a period.
BLANKS = """
    EB*1**30*PR*MERIDIAN INDEMNITY
    EB*1**AE
    EB*A*IND*AE***27**.2****Y
    EB*B*IND*AE***27*0*****Y
    EB*C*IND*30****150*****Y
    EB*C*IND*30***24*150*****Y
    EB*C*IND*30***29*0*****Y
    EB*G*FAM*30****3000*****Y
    EB*G*FAM*30***24*3104.4*****Y
    EB*G*FAM*30***29*0*****Y
"""
# A limit without a period, which only a text tells; a copay without a network.
WORDS = """
    EB*1*FAM*30**MERIDIAN CONNECT
    EB*B**PT**MERIDIAN CONNECT**22
    EB*F*IND*PT**MERIDIAN CONNECT****VS*12
    MSG*LIMIT 12 VISITS PER SERVICE YEAR
    EB*G*IND*30****750
"""
# Three sets of amounts side by side; that the clinic is out of network stands in a text.
PARALLEL = """
    EB*1**30*C1*MERIDIAN CHOICE PLUS
    MSG*PROVIDER IS OUT OF NETWORK FOR MEMBER
    EB*C*IND*30***23*500*****Y
    MSG*HIGHEST BENEFIT
    EB*C*IND*30***29*100*****Y
    MSG*HIGHEST BENEFIT
    EB*C*IND*30***23*800*****Y
    EB*C*IND*30***29*400*****Y
    EB*C*IND*30***23*2500*****N
    EB*C*IND*30***29*2500*****N
    EB*C*IND*30***23*900*****W
    EB*C*IND*30***29*500*****W
    EB*B*IND*PT***7*20*****Y
    EB*A*IND*PT***7**.4****N
"""
# An endless family sum, from which the payer takes what was paid.
NINES = """
    EB*1**30*PR*MERIDIAN GROUP
    EB*1**33^98^PT*********W
    EB*C*IND*30***23*290*****W
    EB*C*IND*30***29*0*****W
    EB*C*FAM*30***23*99999.99*****W
    EB*C*FAM*30***24*290*****W
    EB*C*FAM*30***29*99709.99*****W
    EB*A*IND*33^48^PT***7**.2****W
    EB*B*IND*33^48^PT***7*0*****W
"""
# The refusal stands before the birth date.
EARLY = """
    AAA*N**72*C
"""
ANSWERS = {
    "lists": LISTS,
    "shared": SHARED,
    "texts": TEXTS,
    "blanks": BLANKS,
    "words": WORDS,
    "parallel": PARALLEL,
    "nines": NINES,
    "early": EARLY,
}

SUMMARIES = """
    answer   | network | status   | therapy | copay | share | deductible | visits | pool     | auth
    lists    | in      | active   | yes     | 35    | 0     | 0/0        | 31/45  | AD AE AF | no
    lists    | out     | active   | no      | -     | -     | -/-        | 31/45  | AD AE AF | ?
    shared   | in      | active   | yes     | 55    | -     | 0/750      | 48/60  | 33 PT    | ?
    texts    | in      | active   | -       | -     | ~0.15 | -/-        | 22/35  | 33 PT    | maybe
    blanks   | in      | active   | yes     | 0     | 0.2   | 0/150      | -/-    | _        | ?
    words    | in      | active   | -       | 22    | -     | -/-        | -/12   | PT       | ?
    parallel | in      | active   | -       | 20    | -     | 400/800    | -/-    | _        | ?
    parallel | out     | active   | -       | -     | 0.4   | 2500/2500  | -/-    | _        | ?
    parallel | _       | active   | -       | -     | 0.4   | 2500/2500  | -/-    | _        | ?
    nines    | in      | active   | yes     | 0     | 0.2   | 0/290      | -/-    | _        | ?
    early    | in      | rejected | -       | -     | -     | -/-        | -/-    | _        | ?
"""
TABLES = {"Coverage: the traps of real answers": SUMMARIES}
_NETWORKS = {"in": Network.IN, "out": Network.OUT, "_": Network.NOT_STATED}
_NEED = {"yes": "required", "no": "not_required", "maybe": "possibly", "?": "unknown"}
_COVERED = {True: "yes", False: "no", None: "-"}


@each_row(SUMMARIES)
def test_a_trap_is_seen(
    answer, network, status, therapy, copay, share, deductible, visits, pool, auth
):
    found = summarize(written(ANSWERS[answer]), DAY, _NETWORKS[network])
    own = found.deductible.individual
    assert (found.status, _COVERED[found.pt_covered]) == (status, therapy)
    assert (shown(found.copay), shown(found.coinsurance)) == (copay, share)
    assert f"{shown(own.remaining)}/{shown(own.total)}" == deductible
    assert f"{shown(found.visits.remaining)}/{shown(found.visits.limit)}" == visits
    assert (" ".join(found.visits.pool) or "_") == pool
    assert found.authorization == _NEED[auth]


def test_what_a_trap_leaves_open_is_told():
    for name, words in (
        ("lists", "that of therapy, not that of the plan"),
        ("texts", "stands under another service; its text names therapy"),
        ("words", "the period of the limit on visits is not stated"),
        ("words", "copay and coinsurance: network not stated"),
        ("parallel", "out of network: read so"),
        ("nines", "the family deductible has no limit"),
    ):
        found = summarize(written(ANSWERS[name]), DAY)
        assert any(words in note for note in found.notes), (name, found.notes)


def test_a_text_may_say_on_which_side_of_the_network_the_clinic_is():
    for text, network in (
        ("PROVIDER IS OUT OF NETWORK FOR MEMBER", "out"),
        ("Provider is not in network", "out"),
        ("Healthcare professional is out-of-network based on NPI ID", "out"),
        ("Healthcare professional is in network based on NPI ID", "not_stated"),
        ("AMOUNTS APPLY TO BOTH IN-NETWORK AND OUT-OF-NETWORK", "not_stated"),
        ("IF PROVIDER IS OUT OF NETWORK, BALANCE BILLING MAY APPLY", "not_stated"),
        ("WHEN YOUR PROVIDER IS OUT OF NETWORK", "not_stated"),
        ("IF SO CALL US. PROVIDER IS OUT OF NETWORK", "out"),
        ("PROVIDER IS NON-PARTICIPATING", "out"),
        ("PROVIDER NETWORK STATUS: OUT OF NETWORK", "out"),
    ):
        rows = f"EB*1**30\nMSG*{text}\nEB*B**PT***27*20*****Y\nEB*B**PT***27*60*****N"
        found = summarize(written(rows), DAY)
        assert found.network == network, text
        assert shown(found.copay) == ("60" if network == "out" else "20")


def test_an_endless_sum_leaves_nothing_to_count_down():
    found = summarize(written(NINES), DAY, Network.IN)
    assert found.deductible.family == (None, None)


def test_three_hundred_benefits_are_read_like_three():
    rows = "\n".join(f"EB*B*IND*{kind}***27*{kind}*****Y" for kind in range(100, 400))
    found = summarize(written(f"EB*1**30\n{rows}\nEB*B*IND*PT***27*35*****Y"), DAY)
    assert shown(found.copay) == "35"
