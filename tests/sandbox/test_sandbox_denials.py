"""The same clinic, without and with insurance checked before each visit: what is denied."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.claim import EXERCISE, x837
from tests.sandbox.inquiry import CLIENT, form, found, x270

CLINIC = Settings(seed=7, patients=45, history_days=5, rate_limit=0)
SINCE, UNTIL, PAID = "2026-01-06T00:00:00Z", "2026-01-27T00:00:00Z", "2026-04-01T00:00:00Z"
PREVENTABLE = {"PR-26", "PR-27", "PR-119", "CO-197", "CO-198", "CO-15"}


@dataclass
class Front:
    """The desk of a clinic: who the patients are and what their cards say."""

    box: Running

    def get(self, path: str) -> Any:
        """What the tests' door tells."""
        return CLIENT.get(f"{self.box.control}{path}").raise_for_status().json()

    def post(self, path: str, body: Any = None) -> Any:
        """What the tests' door does."""
        return CLIENT.post(f"{self.box.control}{path}", json=body).raise_for_status().json()

    def asked(self, cover: dict[str, Any], person: dict[str, Any], on: str) -> str:
        """The payer's answer about what the card says."""
        card = cover["card"]
        more = {"holder": card["holder"]["first_name"]} if card["holder"] else {}
        text = x270(
            card["member_id"],
            payer=card["payer_id"],
            last=person["last_name"],
            first=person["first_name"],
            born=person["birth"].replace("-", ""),
            on=on,
            service_type="PT",
            **more,
        )
        return form(self.box, text).text


Check = Callable[[Front, dict[str, Any], dict[str, Any], str], dict[str, Any] | None]


def unchecked(
    front: Front, cover: dict[str, Any], person: dict[str, Any], on: str
) -> dict[str, Any] | None:
    """Nobody asks: the claim goes out as the card says."""
    return cover


def checked(
    front: Front, cover: dict[str, Any], person: dict[str, Any], on: str
) -> dict[str, Any] | None:
    """Asked before the visit: a new card, an authorisation, or no claim where nothing is left."""
    own = cover["patient_id"]
    told = front.asked(cover, person, on)
    if found(told, "AAA") or found(told, "EB", "6"):
        cover = front.post(f"/insurances/{own}/card")
        told = front.asked(cover, person, on)
    if found(told, "AAA") or found(told, "EB", "6"):
        return None
    left = [row[10] for row in found(told, "EB", "F") if row[6] == "29" and len(row) > 10]
    left += [row[2] for row in found(told, "HSD", "VS") if row[5:6] == ["29"]]
    if "0" in left:
        return None
    needed = any(row[11:12] == ["Y"] for row in found(told, "EB")) or "PRECERT" in told
    if needed and not _is_approved(cover["card"]["authorization"], on):
        body = {"visits": 40, "begins": "2026-01-01", "days": 180}
        return dict(front.post(f"/insurances/{own}/authorizations", body))
    return cover


def _is_approved(known: dict[str, str] | None, on: str) -> bool:
    days = [known[name].replace("-", "") for name in ("begins", "ends")] if known else []
    return bool(days) and days[0] <= on <= days[1]


def _denied(check: Check) -> tuple[int, Counter[str]]:
    """How many claims were judged, and the reasons of what was denied."""
    with serve(CLINIC) as box:
        front, claims = Front(box), []
        people: dict[str, Any] = {}
        front.post("/clock", {"now": UNTIL})
        covers = {one["patient_id"]: one for one in front.get("/insurances")}
        for visit in front.get(f"/visits?since={SINCE}&until={UNTIL}"):
            if visit["outcome"] != "arrived" or visit["patient_id"] not in covers:
                continue
            own, on = visit["patient_id"], visit["starts_at"][:10]
            person = people[own] = people.get(own) or front.get(f"/patients/{own}")
            cover = check(front, covers[own], person, on.replace("-", ""))
            if cover is not None:
                covers[own] = cover
                claims.append(_claim(f"V{len(claims)}", cover["card"], person, on))
        _send(box, x837(*claims))
        front.post("/clock", {"now": PAID})
        told = [one for one in front.get("/claims") if one["is_denied"] is not None]
    reasons = Counter(line[0] for one in told for line in one["reasons"] if one["is_denied"])
    return len(told), reasons


def _claim(control: str, card: dict[str, Any], person: dict[str, Any], on: str) -> dict[str, Any]:
    approved = card["authorization"]
    return {
        "control": control,
        "member_id": card["member_id"],
        "payer": card["payer_id"],
        "last": person["last_name"],
        "first": person["first_name"],
        "born": person["birth"].replace("-", ""),
        "on": on.replace("-", ""),
        "authorization": approved["number"] if approved else "",
        "holder": card["holder"]["first_name"] if card["holder"] else "",
        "lines": (EXERCISE,),
    }


def _send(box: Running, text: str) -> None:
    settings = box.world.settings
    auth = (settings.clearinghouse_user, settings.clearinghouse_password)
    where = f"{box.address['claims']}/in/all.837"
    CLIENT.post(where, content=text, auth=auth, timeout=30).raise_for_status()


def test_checking_insurance_before_the_visit_prevents_denials() -> None:
    blind_count, blind = _denied(unchecked)
    count, seen = _denied(checked)
    blind_rate = sum(n for reason, n in blind.items() if reason in PREVENTABLE) / blind_count
    rate = sum(n for reason, n in seen.items() if reason in PREVENTABLE) / count
    assert blind_rate > 0.05
    assert rate < blind_rate / 4
