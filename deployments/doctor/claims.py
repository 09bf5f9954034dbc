"""Whether the folders of claims can be reached, and whether claims wait for the clinic's file.

Nothing is put there.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from data_contracts.errors import UserError
from deployments.doctor.check import Case, Check
from deployments.doctor.opened import opened

if TYPE_CHECKING:
    from connectors.files.store import FileEntry


def examine(case: Case) -> Iterator[Check]:
    """A line a folder and one for places of service; none where claims are filed elsewhere."""
    from tasks import claim_wiring

    if case.clinic.claims is None:
        return
    folders = {
        "charges": lambda: claim_wiring.charges_folder(case.clinic, case.settings).list(),
        "pickup": lambda: claim_wiring.claim_pickup(case.clinic, case.settings).list(),
        "drop": lambda: claim_wiring.any_claim_drop(case.clinic, case.settings).list(),
    }
    for name, look in folders.items():
        yield _looked(name, look)
    yield _charges(case, partial(folders["charges"]))
    yield _places(case)


def _looked(name: str, look: "Callable[[], list[FileEntry]]") -> Check:
    from connectors.errors import ConnectorError

    try:
        look()
    except (UserError, ConnectorError) as error:
        return Check("claims", name, False, str(error))
    return Check("claims", name, True)


def _charges(case: Case, look: "Callable[[], list[FileEntry]]") -> Check:
    """Whether any file there is one that the mapping reads."""
    from connectors.errors import ConnectorError
    from data_contracts.mapping_file import load_mapping
    from tasks.claim_wiring import claim_part

    part = claim_part(case.clinic).charges
    try:
        mapping = load_mapping(part.mapping)
        names = [entry.name for entry in look()]
    except (UserError, ConnectorError) as error:
        return Check("claims", "report of charges", False, str(error))
    if not any(mapping.claims(name) for name in names):
        words = f"No file named {mapping.files} yet: nothing is charged. See claims.charges."
        return Check("claims", "report of charges", False, words)
    return Check("claims", "report of charges", True)


def _places(case: Case) -> Check:
    """Whether claims are held because neither chart nor file says where a service was given.

    As they were last examined; a line that the file has by now is told no more.
    """
    from ledger.claims import held_for
    from rules.place_of_service import settled_in_file
    from tasks.payer_rule import places_of

    codes = settled_in_file(places_of(case.clinic))
    with opened(case) as con:
        held = [] if con is None else held_for(con, codes)
    told = [f"{number} held: {one.problem}. To mend it {one.remedy}." for one, number in held]
    return Check("claims", "place of service", not told, " ".join(told))
