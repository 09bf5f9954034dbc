"""How many visits the plan pays and how many are left.

The clinic is in network unless the column says otherwise; `own` is what the clinic counted itself.
Rows are written as in `tests/spec/benefit_rows.py`.
"""

from rules.coverage import summarize
from tests.spec.benefit_rows import DAY, NETWORKS, answer, each, shown
from tests.spec.table import each_row

LIMITS = """
    rows                       | own | limit  | used | left    | pool
    p23 vs20; p29 vs12         | _   | 20     | -    | 12      | PT
    p23 vs20 hsd=VS*20; p29 vs12 | _   | 20     | -    | 12      | PT
    hsd=VS*35***21*1; hsd=VS*35***29 | _   | 35     | -    | 35      | PT  # HSD05 says what is left
    p23 vs20; 99=8             | _   | 20     | 8    | 12      | PT
    p23 vs20; p24 vs8          | _   | 20     | 8    | 12      | PT  # year to date
    p23 vs20; p35 99=3         | _   | 20     | -    | -       | PT  # used in a week
    p23 vs20; p24 vs25         | _   | 20     | 25   | 0       | PT
    p23 vs20; p24 vs8; p24 vs10 | _   | 20     | 8..10 | 10..12  | PT
    p23 vs20; p29 vs-3         | _   | 20     | -    | 0       | PT
    p23 vs20; p24 vs8; p29 vs9 | _   | 20     | 8    | ~9..12  | PT  # they do not add up
    p23 vs20; p29 vs30         | _   | 20     | -    | ~20..30 | PT
    p23 vs20                   | _   | 20     | -    | -       | PT  # nobody counted
    p23 vs20                   | 6   | 20     | -    | ~0..14  | PT  # others' visits are not known
    p23 vs20                   | 26  | 20     | -    | ~0      | PT
    vs12                       | _   | 12     | -    | -       | PT  # no period: said in a note
    p29 vs7                    | _   | -      | -    | 7       | PT
    p32 vs60                   | _   | 60     | -    | -       | PT  # in a lifetime
    p23 $999999.99             | _   | -      | -    | -       | _
    p23 vs9999                 | _   | -      | -    | -       | PT  # no limit
    p23 $2000                  | _   | -      | -    | -       | _  # money, told in a note
    p23 dy60                   | _   | -      | -    | -       | _  # days are not visits
    p35 vs3                    | _   | -      | -    | -       | _  # a week is no year
    hsd=VS*2*WK*1              | _   | -      | -    | -       | _
    hsd=VS*30*YR*1             | _   | 30     | -    | -       | PT
    hsd=VS*60***21*2           | _   | -      | -    | -       | _  # in two years
    "LIMIT 12 VISITS PER SERVICE YEAR" | _   | -      | -    | -       | _  # in words only
    vs12 "LIMIT 12 VISITS PER SERVICE YEAR" | _   | 12     | -    | -       | PT
    p23 vs12 "VISITS USED"     | _   | ~12    | -    | -       | PT  # hardly the limit
    p23 vs20 "VISITS ALLOWED"; p23 vs12 "VISITS REMAINING" | _ | 20 | - | - | PT
    p23 vs20; p29 vs12 "VISITS REMAINING" | _ | 20  | -    | 12      | PT
    p23 vs20 "REMAINING VISITS REQUIRE AUTHORIZATION" | _ | 20 | - | - | PT
    p23 vs60 "INPATIENT REHABILITATION FACILITY" | _ | ~60 | - | -   | PT
    p23 vs30 "HABILITATIVE"; p23 vs20 | _ | 20  | -    | -       | PT
    p23 vs100 "AUTISM"         | _   | ~100   | -    | -       | PT
    p23 vs10 "AQUATIC THERAPY ONLY"; p23 vs40 | _ | 40 | -   | -       | PT
    p23 vs10 "NON-PARTICIPATING PROVIDERS ONLY" | _ | - | -  | -       | _
    p23 vs20; p23 vs30         | _   | 20..30 | -    | -       | PT
    p23 vs20 old               | _   | -      | -    | -       | _  # last year's
"""

POOLS = """
    rows                                | network | limit | left | pool
    @AD^AE^AF vs40 "PHYSICAL AND SPEECH"; @AD^AE^AF p29 vs40 | in      | 40    | 40   | AD AE AF
    @33^PT p23 vs60 in; @33^PT p23 vs60 "IN AND OUT" | in      | 60    | -    | 33 PT  # told twice
    @33 hsd=VS*35***21*1 "SHT TRM RHB"; @33 hsd=VS*35***29 "SHT TRM RHB" | in | 35 | 35 | 33
    @33 vs60 "PHYSICAL THERAPY BY CHIROPRACTOR"; @33 p29 vs60 "SHT TRM REHAB" | in | 60 | 60 | 33 PT
    @33 vs20 "NOT FOR PHYSICAL THERAPY" | in      | -     | -    | _  # named to be left out
    @33 p23 vs15 "MANIPULATIONS"        | in      | -     | -    | _  # chiropractic alone
    @PT p23 vs20; @AE p23 vs60          | in      | 20    | -    | PT  # PT before AE
    @PT p23 vs20 out                    | in      | -     | -    | _
    @PT p23 vs20 in; @PT p23 vs10 out   | out     | 10    | -    | PT
    @AG^AB p23 dy100 "SKILLED NURSING CARE, INPATIENT REHAB" | in      | -     | -    | _
    @BZ p23 vs1 "ROUTINE ADULT"         | in      | -     | -    | _
    @A9 p23 vs60 "SEMI PRIVATE ROOM"    | in      | -     | -    | _  # a stay
    @AD p23 vs60 "COMBINED CHIROPRACTIC AND OCCUPATIONAL" | in | - | - | _  # therapy is not named
    @AC p23 vs30                        | in      | 30    | -    | AC
    @PT p23 vs20 "PT/OT COMBINED"       | in      | 20    | -    | PT AD
    @PT p23 vs20 "NOT COMBINED WITH OT OR SPEECH" | in | 20    | -    | PT
    @PT p23 vs20 "PT ONLY. OT AND ST HAVE SEPARATE LIMITS" | in | 20 | - | PT
    @PT p23 vs20 "EXCLUDES CHIROPRACTIC" | in      | 20    | -    | PT
    @33 p23 vs20 "CHIROPRACTIC ONLY - NOT COMBINED WITH PHYSICAL THERAPY" | in | - | - | _
    @33 p23 vs20 "SEPARATE FROM PHYSICAL THERAPY" | in | -     | -    | _
"""
TABLES = {"Coverage: visits": LIMITS, "Coverage: shared visits": POOLS}


def of(rows, network="in", own=None):
    text = f"1 @30; {each(rows, 'F @PT')}"
    return summarize(answer(text), DAY, NETWORKS[network], own_visits=own)


@each_row(LIMITS)
def test_visits_left_are_said_or_counted_and_never_guessed(rows, own, limit, used, left, pool):
    found = of(rows, own=None if own == "_" else int(own)).visits
    assert (shown(found.limit), shown(found.used)) == (limit, used)
    assert shown(found.remaining) == left
    assert (" ".join(found.pool) or "_") == pool


@each_row(POOLS)
def test_a_limit_names_whom_it_is_shared_with(rows, network, limit, left, pool):
    found = of(rows, network).visits
    assert (shown(found.limit), shown(found.remaining)) == (limit, left)
    assert (" ".join(found.pool) or "_") == pool


def test_what_is_no_number_of_visits_is_told():
    for rows, word in (
        ("p23 $2000", "money: USD 2000;"),
        ("p29 $1840", "money: USD 1840 left;"),
        ("@ type=MB plan=PHYSICAL_&_SPEECH_THERAPY p29 $1860", "money: USD 1860 left;"),
        ("p23 dy60", "days: 60"),
        ("p35 vs3", "3 visits a week"),
        ("hsd=VS*2*WK*1", "2 visits a week"),
        ("hsd=VS*60***21*2", "several periods"),
        ('"LIMIT 12 VISITS PER YEAR"', "in words only"),
        ("vs12", "period of the limit on visits is not stated"),
        ("p32 vs60", "a lifetime"),
        ("p23 vs20 out", "other network only"),
        ("p23 vs9999", "no limit on visits"),
    ):
        assert any(word in note for note in of(rows).notes), rows


def test_a_limit_and_its_rest_name_their_segments():
    found = of('@33 hsd=VS*35***21*1 "SHT TRM RHB"; @33 hsd=VS*12***29 "SHT TRM RHB"').visits
    assert [one.segment for one in found.limit.sources] == ["HSD*VS*35***21*1"]
    assert [one.segment for one in found.remaining.sources] == ["HSD*VS*12***29"]


def test_a_limit_may_stand_beside_the_cover():
    for rows, limit, left in (
        ("1 @PT in hsd=VS*25***23*1", "25", "-"),
        ("1 @PT in hsd=VS*25***23*1; 1 @PT in hsd=VS*9***29", "25", "9"),
        ("D @PT p23 vs25", "25", "-"),
        ("1 @PT hsd=VS*25***23*1; F @PT p23 vs20", "20", "-"),  # what is called a limit is nearer
        ("1 @PT in hsd=VS*3*WK*1", "-", "-"),
        ("1 @98 in hsd=VS*25***23*1", "-", "-"),
    ):
        found = summarize(answer(f"1 @30; {rows}"), DAY)
        assert (shown(found.visits.limit), shown(found.visits.remaining)) == (limit, left), rows
    told = "the limit on visits stands beside the cover, in no row of limits (EB*F)"
    assert told in summarize(answer("1 @30; 1 @PT hsd=VS*25***23*1"), DAY).notes


def test_unlimited_therapy_is_told():
    found = summarize(answer("1 @30; H @PT"), DAY)
    assert "therapy is stated to be unlimited (EB*H)" in found.notes
