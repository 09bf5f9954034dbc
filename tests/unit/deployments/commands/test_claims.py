"""`ptclinic claims` shows what is held and why, what was denied, and lets a claim go."""

from tests.cast import NOW
from tests.contract.x12.envelopes import enveloped
from tests.unit.tasks.claiming import Desk, filing_clinic


def test_a_held_claim_is_shown_let_go_and_told_to_its_end(
    ptclinic, write_file, enter, tmp_path, monkeypatch
):
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    desk = Desk(enter, tmp_path / "claims")
    write_file(**filing_clinic(tmp_path / "claims"))
    desk.insure()
    desk.charge("charges-1.csv", {"dos": "2026-01-04", "gender": ""})
    desk.submit()
    (line,) = ptclinic("claims", "list", "northside", "--json").document["claims"]
    assert (line["status"], line["charge"], line["there"]) == ("held", 120.0, "13/14")
    assert "coverage.unverified" in line["what"]
    number = line["claim"]
    told = ptclinic("claims", "show", "northside", number).out
    assert "review: coverage: coverage was never verified for that day" in told
    released = ptclinic("claims", "release", "northside", number, "--now", NOW.isoformat())
    assert (released.code, desk.submit()["sent"]) == (0, 1)
    body = f"BPR*I*0*C*NON~CLP*{number}*1*120*0~SVC*HC:97110:GP*120*0~CAS*CO*197*120"
    desk.answer("a.835", enveloped("835", body.replace("~", "\n")))
    told = ptclinic("claims", "show", "northside", number).out
    assert "CO-197 120.0: authorisation or referral" in told
    assert ptclinic("claims", "list", "northside", "--json").document["claims"] == []
    assert ptclinic("claims", "list", "northside", "--all").code == 0
    for words in (("show", "C0"), ("release", "C0"), ("release", number)):
        assert ptclinic("claims", words[0], "northside", words[1]).code == 1
    everything = ptclinic("claims", "show", "northside", number, "--json").out
    assert not any(word in everything for word in ("Example", "W123456789", "Elm"))
