"""What is counted as what outside of the metrics' own files: macros, arms and dollars, as SQL."""

import re
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_MACRO: Final = re.compile(r"^CREATE (?:OR REPLACE )?MACRO (\w+)(.*?);$", re.S | re.M)
_COMMENT: Final = re.compile(r"--.*")


def counting_rules() -> dict[str, str]:
    """The SQL of each rule by its name, without comments; of a macro the newest."""
    own = {"arms": "effect/frame.sql", "dollars": "value/count.sql"}
    found = {name: _sql(_HERE / file) for name, file in own.items()}
    for file in sorted((_HERE / "schema").glob("*.sql")):
        found |= dict(_MACRO.findall(_sql(file)))
    return found


def _sql(file: Path) -> str:
    return _COMMENT.sub("", file.read_text(encoding="utf-8"))
