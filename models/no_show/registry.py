"""Trained models on disk: one folder each, named by its content; a pointer says which is in use.

Plain JSON and XGBoost's UBJSON only: a model file is data and can run nothing when read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from data_contracts.errors import UserError
from models.no_show.booster import Booster
from models.no_show.logistic import Logistic
from models.no_show.lookup import Lookup
from models.no_show.model import TierCuts, TrainedModel

_POINTER: Final = "champion"
_ID: Final = re.compile(r"[0-9a-f]{16}")
_FORMAT: Final = 1


class ModelDamaged(UserError):
    """A model's folder is missing, altered, or of a format this version does not read."""


def model_id(model: TrainedModel) -> str:
    """16 hex digits of the content: the same rows, seed and day give the same id."""
    return _digest(_files(model))


def save(root: Path, model: TrainedModel) -> str:
    """Write the model under `root`, whole or not at all; return its id. No pointer changes."""
    files = _files(model)
    name = _digest(files)
    root.mkdir(parents=True, exist_ok=True)
    if (root / name).exists():
        try:
            load(root, name)
            return name
        except ModelDamaged:
            shutil.rmtree(root / name)  # the same rows lead to the same id: it must be replaceable
    draft = Path(tempfile.mkdtemp(dir=root, prefix=".draft-"))
    try:
        for file, content in files.items():
            (draft / file).write_bytes(content)
        draft.rename(root / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return name


def load(root: Path, name: str) -> TrainedModel:
    """Read a model back and check it against its id. Raises ModelDamaged."""
    folder = root / name
    if not _ID.fullmatch(name) or not folder.is_dir():
        raise ModelDamaged(f"{folder}: no such model; train again")
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    if _digest(files) != name:
        raise ModelDamaged(f"{folder}: content does not match its id; restore it or train again")
    facts = json.loads(files["model.json"])
    if facts.pop("format") != _FORMAT:
        raise ModelDamaged(f"{folder}: written by another version; train again")
    return _from_facts(facts, files)


def promote(root: Path, name: str) -> None:
    """Make a saved model the champion, by atomic rename of the pointer. Raises ModelDamaged."""
    load(root, name)
    handle, draft = tempfile.mkstemp(dir=root, prefix=".champion-")
    with os.fdopen(handle, "w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, root / _POINTER)


def champion_id(root: Path) -> str | None:
    """The id of the model in use; None before the first."""
    pointer = root / _POINTER
    return pointer.read_text().strip() if pointer.exists() else None


def champion(root: Path) -> TrainedModel | None:
    """The model in use; None before the first. Raises ModelDamaged."""
    name = champion_id(root)
    return load(root, name) if name else None


def _files(model: TrainedModel) -> dict[str, bytes]:
    facts = {
        "format": _FORMAT,
        "kind": model.kind,
        "prior_rate": model.prior_rate,
        "trained_at": model.trained_at.isoformat(),
        "labelled_rows": model.labelled_rows,
        "first_day": model.first_day.isoformat() if model.first_day else None,
        "last_day": model.last_day.isoformat() if model.last_day else None,
        "tier_cuts": asdict(model.tier_cuts),
        "shift": model.shift,
        "recalibrated_at": model.recalibrated_at.isoformat() if model.recalibrated_at else None,
        "note": model.note,
    }
    content = json.dumps(facts, sort_keys=True, indent=1).encode()
    return {"model.json": content, **model.scorer.dump()}


def _from_facts(facts: dict[str, Any], files: dict[str, bytes]) -> TrainedModel:
    readers = {"xgboost": Booster, "logistic": Logistic, "lookup": Lookup, "prior": Lookup}
    scorer = readers[facts.pop("kind")].load(files)  # type: ignore[attr-defined]
    for name in ("first_day", "last_day"):
        facts[name] = date.fromisoformat(facts[name]) if facts[name] else None
    for name in ("trained_at", "recalibrated_at"):
        facts[name] = datetime.fromisoformat(facts[name]) if facts[name] else None
    facts["tier_cuts"] = TierCuts(**facts["tier_cuts"])
    return TrainedModel(scorer=scorer, **facts)


def _digest(files: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}:{len(files[name])}\n".encode())
        total.update(files[name])
    return total.hexdigest()[:16]
