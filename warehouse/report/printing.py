"""The page on paper, as the Chromium that is installed prints it."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from data_contracts.errors import UserError

SHEETS: Final = 2
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_SECONDS: Final = 60
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")


class CannotPrint(UserError):
    """The PDF was not made; the page itself is there."""


def print_pdf(page: Path, pdf: Path) -> int:
    """Print `page` to `pdf` in one move; returns its sheets. Raises CannotPrint.

    What does not fit on two sheets is printed once more, closer.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise CannotPrint(
            f"{pdf.name}: no Chromium on this machine; install chromium, or print {page} from a"
            " browser"
        )
    with TemporaryDirectory(prefix="ptclinic-print-") as folder:
        draft = Path(folder) / "report.pdf"
        _print(browser, page, draft, Path(folder))
        if sheets(draft) > SHEETS:
            closer = Path(folder) / "report.html"
            html = page.read_text(encoding="utf-8")
            closer.write_text(html.replace("<html ", '<html class="dense" ', 1), encoding="utf-8")
            _print(browser, closer, draft, Path(folder))
        found = sheets(draft)
        beside = pdf.with_name(f".{pdf.name}.draft")
        shutil.copyfile(draft, beside)
        os.replace(beside, pdf)
    return found


def sheet_words(pdf: Path, count: int) -> str:
    """What to say of more sheets than two; nothing where it fits."""
    if count <= SHEETS:
        return ""
    return (
        f"{pdf.name}: {count} sheets, it did not fit on {SHEETS} however close; for two, print the"
        " page from a browser at a smaller scale"
    )


def sheets(pdf: Path) -> int:
    """How many pages a PDF of Chromium's has."""
    return len(_PAGE.findall(pdf.read_bytes()))


def _print(browser: str, page: Path, pdf: Path, folder: Path) -> None:
    # The page is ours and runs nothing; root may not use the sandbox, and needs none for it.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [
        browser, "--headless", *as_root, "--disable-gpu", "--no-pdf-header-footer",
        "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={pdf}", page.resolve().as_uri(),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
    except (subprocess.SubprocessError, OSError) as error:
        kind = type(error).__name__
        raise CannotPrint(f"{pdf.name}: {browser} did not print ({kind}); try it again") from None
