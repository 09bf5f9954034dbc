"""Whether every secret that the clinic file names can be read."""

from collections.abc import Iterator
from functools import partial

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from data_contracts.secret_name import SecretName
from deployments.doctor.check import Case, Check, attempt

_MARK: str = SecretName.__metadata__[0].description  # type: ignore[attr-defined]


def named_secrets(part: BaseModel) -> Iterator[str]:
    """The secrets that a clinic file names: the values of fields whose type is SecretName."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from named_secrets(value)
        elif isinstance(value, str) and _is_secret(field):
            yield value


def examine(case: Case) -> Iterator[Check]:
    """One line a secret; no value is shown."""
    for name in sorted(set(named_secrets(case.clinic))):
        yield attempt("secret", name, partial(case.settings.secret, name))


def _is_secret(field: FieldInfo) -> bool:
    """An optional secret keeps its mark inside the annotation."""
    return _MARK in f"{field.description} {field.annotation}"
