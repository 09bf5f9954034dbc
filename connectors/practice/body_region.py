"""The part of the body that a clinic's words are about; no diagnosis is kept, only this."""

import re

_WORDS = {
    "neck": "neck cervical whiplash",
    "shoulder": "shoulder rotator cuff",
    "elbow": "elbow epicondylitis epicondylalgia",
    "wrist_hand": "wrist hand finger thumb carpal",
    "back": "back lumbar thoracic spine sciatica lbp",
    "hip": "hip pelvis pelvic groin",
    "knee": "knee acl mcl meniscus patella patellar tka",
    "ankle_foot": "ankle foot achilles plantar heel",
    "balance": "balance vestibular vertigo gait fall falls",
}
_REGION_OF = {word: region for region, words in _WORDS.items() for word in words.split()}


def body_region(text: str | None) -> str | None:
    """The first region named in a text; None when it names none."""
    words = re.findall(r"[a-z]+", (text or "").lower())
    return next((_REGION_OF[word] for word in words if word in _REGION_OF), None)
