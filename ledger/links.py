"""Links to the pages of patients: made with the message that tells them, kept as a keyed hash.

A token is random and stands in the message alone: whoever has the ledger cannot make an address.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from data_contracts.link import LASTS, MOST_TRIES, MOST_TRIES_IN_ALL, LinkPurpose
from ledger.keys import keyed_hash
from ledger.schema import patients, visits
from ledger.schema_dialogue import links
from ledger.store import Ledger

_KEY = "links"
_BYTES = 24
"""192 bits of chance in a token, 32 characters in the address."""


class Told(NamedTuple):
    """A message that is about to carry a link, and the one visit that it names."""

    message_id: str
    patient_id: str
    visit_id: str
    visit_version: int
    starts_at: datetime


def make_links(
    ledger: Ledger, con: Connection, about: Iterable[Told], now: datetime
) -> dict[str, str]:
    """A token for each message, its row in the caller's transaction; the tokens by message."""
    found = {one: secrets.token_urlsafe(_BYTES) for one in about}
    rows = [
        {
            "link_id": link_id(ledger, token),
            "purpose": LinkPurpose.ANSWER.value,
            "patient_id": one.patient_id,
            "visit_id": one.visit_id,
            "visit_version": one.visit_version,
            "message_id": one.message_id,
            "created_at": now,
            "expires_at": min(one.starts_at, now + LASTS),
            "tries": 0,
        }
        for one, token in found.items()
    ]
    if rows:
        con.execute(links.insert(), rows)
    return {one.message_id: token for one, token in found.items()}


def link_id(ledger: Ledger, token: str) -> str:
    """What the ledger knows a token by."""
    return keyed_hash(ledger.keys.key(_KEY), token)


def find_link(ledger: Ledger, con: Connection, token: str) -> Any:
    """A link with its visit as it stands; None for a token that we did not make, or of who is
    erased."""
    query = (
        select(
            links,
            visits.c.version.label("current_version"),
            visits.c.status.label("visit_status"),
            visits.c.starts_at,
            visits.c.practitioner_id,
            patients.c.language,
            patients.c.identity,
        )
        .join(visits, visits.c.visit_id == links.c.visit_id)
        .join(patients, patients.c.patient_id == links.c.patient_id)
        .where(
            links.c.link_id == link_id(ledger, token),
            links.c.purpose == LinkPurpose.ANSWER.value,
            patients.c.erased_at.is_(None),
        )
    )
    return con.execute(query).first()


def is_locked(con: Connection, link: Any, now: datetime) -> bool:
    """Whether too many birth dates were wrong: on this link, or on all of the patient's."""
    query = select(func.sum(links.c.tries)).where(
        links.c.patient_id == link.patient_id, links.c.expires_at > now
    )
    in_all = con.execute(query).scalar() or 0
    return link.tries >= MOST_TRIES or in_all >= MOST_TRIES_IN_ALL


def take_try(con: Connection, found_id: str) -> bool:
    """Count one try before it is looked at; False where none is left, however many ask at once."""
    statement = (
        update(links)
        .where(links.c.link_id == found_id, links.c.tries < MOST_TRIES)
        .values(tries=links.c.tries + 1)
    )
    return con.execute(statement).rowcount == 1


def keep_proof(con: Connection, found_id: str, now: datetime) -> None:
    """The birth date fitted: that try counts for nothing."""
    own = links.c.link_id == found_id
    con.execute(update(links).where(own).values(tries=links.c.tries - 1, proven_at=now))


def use_link(con: Connection, link: Any, now: datetime) -> bool:
    """Use a link up for its one act; False where another was quicker."""
    seen = links.c.used_at.is_(None) if link.used_at is None else links.c.used_at == link.used_at
    statement = update(links).where(links.c.link_id == link.link_id, seen).values(used_at=now)
    return con.execute(statement).rowcount == 1


def release_link(con: Connection, found_id: str) -> None:
    """What it was used for came to nothing: it may be used again."""
    con.execute(update(links).where(links.c.link_id == found_id).values(used_at=None))


def key_of_link(found_id: str) -> str:
    """What the keys of everything that a link asks for begin with."""
    return f"link:{found_id}:"


def link_of_key(key: str) -> str:
    """The link that a key of `key_of_link` is of."""
    return key.split(":")[1] if key.startswith("link:") else ""
