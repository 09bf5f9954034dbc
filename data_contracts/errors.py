"""Errors that a person can act on, shown without a traceback.

UserError                a person can mend this
├── ClinicFileError      the clinic file: file, line, what is wrong, what to do
├── SecretMissing        a secret that the clinic file names is not there
├── StoreUnusable        a store is locked, read-only, full, damaged, or not there
├── ImportRefused        a report file cannot be read at all
└── GateClosed           a gate forbids the act (delivery, agreement, contract)

No message holds patient data: they end in terminals and logs.
"""


class UserError(Exception):
    """Something a person can mend; exit code of the command beside it."""

    exit_code = 1


class ClinicFileError(UserError):
    """The clinic file is wrong; `problems` are lines ready to print, `FILE:LINE: what. do.`"""

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SecretMissing(UserError):
    """A named secret is not in the environment nor in its file."""


class StoreUnusable(UserError):
    """A store of ours cannot be read or written now; what was asked of it was not done."""


class ImportRefused(UserError):
    """A report file cannot be read at all; nothing of it was taken."""


class GateClosed(UserError):
    """A gate forbids the act."""

    exit_code = 3
