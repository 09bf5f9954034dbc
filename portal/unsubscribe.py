"""The page behind an e-mail's unsubscribe address (RFC 8058): one click, and only a click, counts.

Scanners open every address in a mail, so a GET shows a button and changes nothing; a POST, from
the button or from the reader's mail program, opts the address out.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Response

from portal.inbound import ClinicReceiver, Clinics, Unsubscribing

log = logging.getLogger(__name__)
Token = Annotated[str, Path(max_length=120)]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.8rem 1.2rem}}</style></head>
<body><main>{body}</main></body></html>"""
_ASK = """<h1>{name}</h1>
<p>Get no more e-mails about visits from {name}?</p>
<p lang="es">¿No quiere recibir más correos sobre citas de {name}?</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button>Stop e-mails &middot; <span lang="es">No recibir más correos</span></button></form>"""
_DONE = """<h1>{name}</h1>
<p>Done. This address gets no more automated e-mails from {name}. To change that, call {phone}.</p>
<p lang="es">Listo. Esta dirección ya no recibirá correos automáticos de {name}.
Para cambiarlo, llame al {phone}.</p>"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def add_unsubscribe(app: FastAPI, clinics: Clinics, clock: Callable[[], datetime]) -> None:
    """Serve the page. A token we did not make gets 404, and so does a clinic not known here."""

    @app.get("/email/unsubscribe/{slug}/{token}")
    def ask(slug: str, token: Token) -> Response:
        clinic, desk = _desk(clinics, slug)
        if not desk.knows(token):
            raise HTTPException(404)
        return _page(clinic, _ASK)

    @app.post("/email/unsubscribe/{slug}/{token}")
    def stop(slug: str, token: Token) -> Response:
        clinic, desk = _desk(clinics, slug)
        try:
            is_done = desk.stop(token, clock())
        except Exception as error:
            log.error("clinic %s: opt-out not written (%s)", clinic.slug, type(error).__name__)
            raise HTTPException(503) from None
        if not is_done:
            log.warning("clinic %s: an unsubscription without our token was refused", clinic.slug)
            raise HTTPException(404)
        return _page(clinic, _DONE)


def _desk(clinics: Clinics, slug: str) -> tuple[ClinicReceiver, Unsubscribing]:
    clinic = clinics.get(slug)
    if clinic is None or clinic.unsubscribing is None:
        raise HTTPException(404)
    return clinic, clinic.unsubscribing


def _page(clinic: ClinicReceiver, words: str) -> Response:
    name, phone = escape(clinic.clinic_name), escape(clinic.phone)
    body = words.format(name=name, phone=phone)
    return Response(_PAGE.format(title=name, body=body), media_type="text/html", headers=_HEADERS)
