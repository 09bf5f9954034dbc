"""Two readers of X12 that know nothing of us, brought to one shape: elements of each segment."""

import draftedi
import x12

Transactions = list[list[list[str]]]
"""Of each transaction, between ST and SE, the elements of each segment with its id."""


def by_draftedi(raw: bytes) -> Transactions:
    """The lenient one; a repeated element is joined again by its separator."""
    found = []
    for interchange in draftedi.parse_edi_file(raw)["interchanges"]:
        element = interchange["element_sep"]
        for group in interchange["groups"]:
            found += [
                [segment["raw_segment"].split(element) for segment in one["segments"]]
                for one in group["transactions"]
            ]
    return found


def by_ansi_x12(raw: bytes) -> Transactions:
    """The strict one, which refuses wrong counts and widths; one interchange a file."""
    interchange = x12.parse_x12_interchange(x12.tokenize_x12(raw))
    return [
        [
            [segment.tag, *(each.decode("latin-1") for each in segment.elements)]
            for segment in one.segments
        ]
        for group in interchange.groups
        for one in group.transactions
    ]


def is_exact(raw: bytes) -> bool:
    """Whether the strict one finds every count and control number right."""
    interchange = x12.parse_x12_interchange(x12.tokenize_x12(raw))
    return (
        interchange.declared_group_count == interchange.actual_group_count
        and interchange.control_number == interchange.trailer_control_number
        and all(
            group.declared_transaction_count == group.actual_transaction_count
            and group.control_number == group.trailer_control_number
            and all(
                one.declared_segment_count == one.actual_segment_count
                and one.control_number == one.trailer_control_number
                for one in group.transactions
            )
            for group in interchange.groups
        )
    )
