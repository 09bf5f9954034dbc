"""TwiML as a caller meets it: sentences one after the other, with a chance to press a key."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass


@dataclass(frozen=True)
class Following:
    """Where a call goes on: method, address, and the keys that were pressed, if any."""

    method: str
    action: str
    digits: str | None = None


@dataclass(frozen=True)
class Heard:
    """What was said until a key was pressed or the document ended, and where the call goes on."""

    words: str
    following: Following | None = None
    staff: str | None = None


def words(document: str) -> str:
    """All that a document may say."""
    return " ".join(" ".join(one.itertext()).strip() for one in _verbs(document, "Say"))


def listen(document: str, key: str) -> Heard:
    """Go through a document with a key in mind; an empty key is silence."""
    said: list[str] = []
    for verb in _verbs(document):
        if verb.tag == "Say":
            said.append(_text(verb))
        elif verb.tag == "Gather":
            said += [_text(one) for one in verb.iter("Say")]
            if key or verb.get("actionOnEmptyResult") == "true":
                method, action = verb.get("method", "POST"), verb.get("action", "")
                return Heard(" ".join(said), Following(method, action, key))
        elif verb.tag == "Redirect":
            return Heard(" ".join(said), Following(verb.get("method", "POST"), _text(verb)))
        elif verb.tag == "Dial":
            return Heard(" ".join(said), staff=_text(verb))
        elif verb.tag in ("Hangup", "Reject"):
            break
    return Heard(" ".join(said))


def _verbs(document: str, tag: str | None = None) -> list[ElementTree.Element]:
    try:
        tree = ElementTree.fromstring(document)  # noqa: S314 - comes over loopback only
    except ElementTree.ParseError:
        return []
    return list(tree.iter(tag)) if tag else list(tree)


def _text(verb: ElementTree.Element) -> str:
    return " ".join("".join(verb.itertext()).split())
