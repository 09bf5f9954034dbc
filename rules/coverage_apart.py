"""Service types that say nothing of medical care at large."""

PHARMACY = frozenset({"88", "89", "90", "91", "92", "B1", "B2", "BW", "BX", "GF"})
_DENTAL = frozenset(
    {
        *("23", "24", "25", "26", "27", "28"),
        *("35", "36", "37", "38", "39", "40", "41"),
    }
)
_VISION = frozenset({"AL", "AM", "AN", "AO", "CP"})
_MIND = frozenset(
    {
        *("A4", "A5", "A6", "A7", "A8", "AI", "AJ", "AK", "MH"),
        *("CE", "CF", "CG", "CH", "CI", "CJ"),
    }
)
SEPARATE = PHARMACY | _DENTAL | _VISION | _MIND
"""Often other plans than the medical one."""
NARROW = SEPARATE | {"42", "45", "54", "56", "69", "71", "82", "86", "AG"}
"""Home health, hospice, long-term care, transport, maternity, hearing, family planning, emergencies
and skilled nursing too: a plan in force for these alone, such as Medicaid's, pays no therapy.
"""
