"""What a log line loses before any handler sees it: tracebacks, and text like a phone or e-mail.

The standard library alone, because Prefect's logging configuration loads it while Prefect starts.
"""

import logging
import re

_EMAIL = re.compile(r"[^\s@<>\"'(),:;=]+@[^\s@<>\"'(),:;=]+\.[A-Za-z]{2,}")
# Ten digits as people write phones, or E.164. Dates, clock times and ids keep their digits.
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+\d{7,15}|(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-]?)\d{3}[ .-]?\d{4})(?![\w-])"
)


class PatientTextFilter(logging.Filter):
    """Drops exception information and redacts what looks like a phone number or an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, changed in place so that no later handler sees more."""
        record.exc_info = record.exc_text = record.stack_info = None
        record.msg, record.args = redact(record.getMessage()), ()
        return True


def redact(text: str) -> str:
    """The text without what looks like a phone number or an e-mail address."""
    return _PHONE.sub("[number]", _EMAIL.sub("[address]", text))


def install() -> None:
    """Puts the filter on every handler of this process, once each.

    The logging file does so too, but Prefect falls back to its own without a word where that
    file is not found; this does not depend on where a process was started.
    """
    loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    for logger in loggers:
        for handler in getattr(logger, "handlers", ()):
            if not any(isinstance(known, PatientTextFilter) for known in handler.filters):
                handler.addFilter(PatientTextFilter())
