"""How a clinic file names a secret, which it never holds."""

from typing import Annotated

from pydantic import Field

SecretName = Annotated[
    str,
    Field(
        pattern=r"^[A-Z][A-Z0-9_]+$",
        description="an environment variable; NAME_FILE may name a file",
    ),
]
