"""States of the USA as two letters; quiet hours and texting laws hang on them."""

from typing import Any

_NAMES = """
AL Alabama/AK Alaska/AZ Arizona/AR Arkansas/CA California/CO Colorado/CT Connecticut/DE Delaware/
DC District of Columbia/FL Florida/GA Georgia/HI Hawaii/ID Idaho/IL Illinois/IN Indiana/IA Iowa/
KS Kansas/KY Kentucky/LA Louisiana/ME Maine/MD Maryland/MA Massachusetts/MI Michigan/MN Minnesota/
MS Mississippi/MO Missouri/MT Montana/NE Nebraska/NV Nevada/NH New Hampshire/NJ New Jersey/
NM New Mexico/NY New York/NC North Carolina/ND North Dakota/OH Ohio/OK Oklahoma/OR Oregon/
PA Pennsylvania/PR Puerto Rico/RI Rhode Island/SC South Carolina/SD South Dakota/TN Tennessee/
TX Texas/UT Utah/VT Vermont/VA Virginia/WA Washington/WV West Virginia/WI Wisconsin/WY Wyoming
"""
_CODE_OF = {
    name.casefold(): code
    for code, _, name in (entry.strip().partition(" ") for entry in _NAMES.split("/"))
}


def state_code(value: Any) -> str | None:
    """Two letters of a state written as code or name; None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if text.upper() in _CODE_OF.values():
        return text.upper()
    return _CODE_OF.get(text.casefold())
