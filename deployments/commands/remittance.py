"""What a payer paid and what it denied: why, and what could have prevented it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_contracts.errors import ImportRefused, UserError
from deployments.option import AsJson
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from decimal import Decimal

    from data_contracts.remittance import (
        Adjustment,
        LinePayment,
        Remittance,
    )
    from rules.denial import Denial, LineFinding
    from rules.remittance_account import Account, JudgedClaim

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A remittance (X12 835) as it came.")]


@app.callback()
def remittance() -> None:
    """What a payer paid and what it denied: why, and what could have prevented it."""


@app.command()
def read(file: File, *, as_json: AsJson = False) -> None:
    """Claims and lines with what became of each. Nothing is kept, and no name is shown."""
    from rules.remittance_account import account_of

    found = account_of(_remittances(file))
    if as_json:
        show_json({"file": file.name, **_document(found)})
        return
    show_table(f"{file.name}: {len(found.claims)} claims", _COLUMNS, map(_row, found.claims))
    denied = [row for one in found.claims for row in _denied_rows(one)]
    if denied:
        show_table(f"{len(denied)} denied lines", _DENIED, denied)
    for words in (*_sentences(found), *found.warnings):
        typer.echo(words)


def _remittances(file: Path) -> "tuple[Remittance, ...]":
    from connectors.x12.errors import X12Error
    from connectors.x12.remittance_835 import read_remittances

    try:
        return read_remittances(file.read_bytes())
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror})") from None
    except X12Error as error:
        raise ImportRefused(f"{file.name}: {error}") from None


_COLUMNS = ["claim", "status", "charge", "paid", "outcome", "denied", "because", "check"]
_DENIED = ["claim", "procedure", "charge", "code", "amount", "because", "check", "step"]


def _row(one: "JudgedClaim") -> list[str]:
    paid, found = one.payment, one.finding
    denial = found.denial
    outcome = found.outcome.value.replace("_", " ")
    return [
        paid.control,
        paid.status,
        f"{paid.charge:,.2f}",
        f"{paid.paid:,.2f}",
        f"{outcome}, taken back" if one.is_taken_back else outcome,
        f"{found.denied:,.2f}" if found.is_denied else "-",
        _words(denial) if denial and found.is_denied else "-",
        denial.preventable.value if denial and found.is_denied else "-",
    ]


def _denied_rows(one: "JudgedClaim") -> list[list[str]]:
    return [
        [
            one.payment.control,
            " ".join((line.procedure or "-", *line.modifiers)) if line else "-",
            f"{(line or one.payment).charge:,.2f}",
            f"{denial.group}-{denial.reason}",
            f"{denial.amount:,.2f}",
            _words(denial),
            denial.preventable.value,
            denial.step.value,
        ]
        for line, denial in one.denied_lines()
    ]


def _words(denial: "Denial") -> str:
    from data_contracts.denial import denial_codes

    known = denial_codes().classes[denial.denial_class].words
    return known if denial.is_listed else f"{known} (a code that we do not know)"


def _sentences(found: "Account") -> list[str]:
    undone = found.denied - found.still_denied
    said = [
        f"{found.judged} claims charge {found.charge:,.2f}; {found.paid:,.2f} was paid.",
        f"Denied in part or whole: {found.denied} claims, {found.denied_amount:,.2f}.",
        f"A check before the visit would have prevented {found.preventable_amount:,.2f}.",
    ]
    return [*said, f"Taken back: {undone} of the denied claims."] if undone else said


def _document(found: "Account") -> dict[str, Any]:
    return {
        "payments": [_payment(place, one) for place, one in enumerate(found.remittances)],
        "claims": [_claim(one) for one in found.claims],
        "summary": {
            "claims": found.judged,
            "denied_claims": found.denied,
            "still_denied_claims": found.still_denied,
            "denial_rate": round(found.denied / found.judged, 4) if found.judged else None,
            "reversals": found.reversals,
            "charge": _money(found.charge),
            "paid": _money(found.paid),
            "denied_amount": _money(found.denied_amount),
            "preventable_amount": _money(found.preventable_amount),
            "by_class": {
                name.value: {"claims": one.claims, "amount": _money(one.amount)}
                for name, one in found.by_class.items()
            },
        },
        "warnings": list(found.warnings),
    }


def _payment(place: int, one: "Remittance") -> dict[str, Any]:
    return {
        "payment": place,
        "payer": {"name": one.payer_name, "id": one.payer_id},
        "payee_npi": one.payee_npi,
        "trace": one.trace,
        "method": one.method,
        "paid_on": one.paid_on,
        "total": _money(one.total),
        "version": one.version,
        "claims": len(one.claims),
        "provider_adjustments": [
            {"reason": pair.reason, "reference": pair.reference, "amount": _money(pair.amount)}
            for pair in one.provider_adjustments
        ],
    }


def _claim(one: "JudgedClaim") -> dict[str, Any]:
    paid, found = one.payment, one.finding
    return {
        "payment": one.place,
        "claim": paid.control,
        "payer_claim": paid.payer_control,
        "status": paid.status,
        "charge": _money(paid.charge),
        "paid": _money(paid.paid),
        "patient_share": _money(paid.patient_share),
        "service": {"begins": paid.begins, "ends": paid.ends},
        "outcome": found.outcome.value,
        "is_reversal": paid.is_reversal,
        "is_taken_back": one.is_taken_back,
        "denied": found.is_denied,
        "denied_amount": _money(found.denied),
        "preventable_amount": _money(found.preventable),
        **_denial(found.denial),
        "adjustments": _adjustments(paid.adjustments),
        "remarks": list(paid.remarks),
        "lines": [
            _line(line, judged) for line, judged in zip(paid.lines, found.lines, strict=True)
        ],
    }


def _line(line: "LinePayment", judged: "LineFinding") -> dict[str, Any]:
    return {
        "procedure": line.procedure,
        "modifiers": list(line.modifiers),
        "billed_as": line.billed_as,
        "charge": _money(line.charge),
        "paid": _money(line.paid),
        "units": _money(line.units),
        "service": {"begins": line.begins, "ends": line.ends},
        "control": line.control,
        "outcome": judged.outcome.value,
        "denied": judged.outcome.value == "denied",
        **_denial(judged.denial),
        "adjustments": _adjustments(line.adjustments),
        "remarks": list(line.remarks),
    }


def _denial(denial: "Denial | None") -> dict[str, Any]:
    """The class of a denial, and who could have prevented it; all None where there is none."""
    return {
        "denial_class": denial.denial_class.value if denial else None,
        "denial_code": f"{denial.group}-{denial.reason}" if denial else None,
        "preventable": denial.preventable.value if denial else None,
        "step": denial.step.value if denial else None,
        "is_code_known": denial.is_listed if denial else None,
    }


def _adjustments(found: "tuple[Adjustment, ...]") -> list[dict[str, Any]]:
    return [
        {"group": one.group, "reason": one.reason, "amount": _money(one.amount)} for one in found
    ]


def _money(amount: "Decimal | None") -> float | None:
    return None if amount is None else float(amount)
