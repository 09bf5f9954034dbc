"""Invented phone numbers, only from the 555-01xx block that is kept free for fiction."""

NEAR = (303, 720, 970, 719, 983, 801, 385, 435, 505, 575, 307, 406, 208, 986)
FAR = tuple(
    map(
        int,
        [
            "212",
            "312",
            "415",
            "206",
            "713",
            "602",
            "702",
            "503",
            "404",
            "305",
            "617",
            "215",
            "214",
            "512",
            "619",
            "916",
            "808",
            "907",
            "402",
            "605",
            "701",
            "785",
            "918",
            "405",
            "501",
            "615",
            "704",
            "804",
            "202",
            "410",
            "614",
            "317",
            "414",
            "612",
            "515",
            "573",
            "504",
            "601",
            "205",
            "850",
        ],
    )
)
MOST = 100 * (len(NEAR) + len(FAR))
_ROUND = len(NEAR) + 2
_MIXED = 100 * _ROUND


def number(index: int) -> str:
    """The index-th unique number, E.164; one in eight is from afar. ValueError past `MOST`."""
    if index >= MOST:
        raise ValueError(f"only {MOST} fictional numbers exist; ask for fewer patients or days")
    block, place = divmod(index, _ROUND)
    if index < _MIXED and place < len(NEAR):
        return f"+1{NEAR[place]}55501{block:02d}"
    far = 2 * block + place - len(NEAR) if index < _MIXED else 200 + index - _MIXED
    return f"+1{FAR[far % len(FAR)]}55501{far // len(FAR):02d}"
