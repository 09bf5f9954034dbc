"""A real webhook on loopback that keeps what it gets."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator


class Server(ThreadingHTTPServer):
    """Takes a hundred connections at once."""

    daemon_threads = True
    request_queue_size = 128


class Receiver:
    """`answers` are given in turn, then 200 with the path's document; with a `token` it checks
    signatures as Twilio's SDK does, and refuses and does not keep what fails. It thinks `pause`
    seconds over each post, but over many at once.
    """

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], str]] = []
        self.pause = 0.0
        self.answers: list[int] = []
        self.document = ""
        self.documents: dict[str, str] = {}
        self.token: str | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                fields = dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True))
                status, body = outer.take(self.path, fields, self.headers["X-Twilio-Signature"])
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Quiet."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, path: str, fields: dict[str, str], signature: str) -> tuple[int, bytes]:
        """Status and body for one post."""
        if self.token and not RequestValidator(self.token).validate(
            self.url + path, fields, signature or ""
        ):
            return 403, b""
        sleep(self.pause)
        self.posts.append((path, fields, signature))
        body = self.documents.get(path, self.document)
        return (self.answers.pop(0) if self.answers else 200), body.encode()

    def fields(self, path: str) -> list[dict[str, str]]:
        """What was posted to a path, in order of arrival."""
        return [fields for at, fields, _ in self.posts if at == path]
