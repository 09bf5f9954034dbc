"""Serve one application over HTTP until it is told to stop; no address is ever logged."""

import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from data_contracts.errors import UserError


def serve_until_stopped(app: FastAPI, host: str, port: int) -> None:
    """Until Ctrl-C or SIGTERM. Raises UserError where it cannot listen."""
    must_be_free(host, port)
    settings = uvicorn.Config(app, host=host, port=port, log_level="error", access_log=False)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(settings).run()


def must_be_free(host: str, port: int) -> None:
    """Raises UserError where the address cannot be listened on."""
    try:
        with socket.create_server((host, port)) as free:
            free.close()
    except OSError as error:
        raise UserError(
            f"{host}:{port} cannot be used ({error.strerror}); choose another"
        ) from None
