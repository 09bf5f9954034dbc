"""Pages of HTML where a machine expected something else."""

from html import escape

from starlette.responses import Response


def page(text: str, status: int = 200, title: str = "Error") -> Response:
    """A page that says one thing."""
    body = (
        f"<!DOCTYPE html>\n<html><head><title>{escape(title)}</title></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(text)}</p></body></html>"
    )
    return Response(body, status, media_type="text/html; charset=utf-8")
