"""Why a row of a report or of a book is set aside, in words, and what a person does about it.

A code is `unreadable_`, `unknown_`, `invalid_` or `missing_` and a field of ours, or a word of
its own.
"""

_DO = {
    "ragged_row": "it has more or fewer cells than the line of names; export it again, quoted",
    "unclosed_quote": "a quote opens and never closes; export it again, quoted",
    "duplicate_id": "another row has the same id; leave one of them out, or set highest_per",
    "negative_id": "the id is below zero; ask the vendor what that means, or set negative_ids",
    "negative_age": "the age is below zero; correct it in the practice system",
    "implausible_age": "nobody is that old; correct it in the practice system",
    "implausible_day": "the day is decades away; correct it, or the mapping's formats",
    "born_in_future": "the birth date is still to come; correct it in the practice system",
    "booked_after_visit": "it was booked after its day; correct it in the practice system",
    "ends_before_start": "it ends before it starts; correct it in the practice system",
}
_KINDS = {
    "unreadable": "{field} has no shape that the mapping names; add one to columns.{name}",
    "unknown": "{field} is a word that the mapping does not know; add it to its words",
    "invalid": "{field} is longer or other than we can keep; correct it in the practice system",
    "missing": "there is no {field}; fill it in the practice system, or map another column",
}
_ANY = "the value is not one that we can keep; correct it in the practice system"
_FIELDS = {"time": "starts_at", "id": "source_id", "patient_id": "patient_source_id"}


def what_to_do(reason: str) -> str:
    """A sentence for a reason code; never a value of the row."""
    if reason in _DO:
        return _DO[reason]
    if "." in reason:  # of a row that came over an API: its field, and what is wrong with it
        return f"{reason.partition('.')[0]} is not as promised; look at it in the practice system"
    kind, _, rest = reason.partition("_")
    name = _FIELDS.get(rest, rest)
    if kind not in _KINDS or not name:
        return _ANY
    return _KINDS[kind].format(field=name.replace("_", " "), name=name)
