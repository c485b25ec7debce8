"""The limit on a request's body, kept before Django reads it: 413 over it, whether or not a length was announced."""

import io
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from hearteam.problems import CONTENT_TYPE, problem_body

PIECE = 64 * 1024
# Taken in and thrown away, so that a client that sends first and reads afterwards gets its answer, not a reset.
DRAINED_AT_MOST = 32_000_000


class BodyLimit:
    """WSGI middleware. A chunked body is read here and given a length, which Django needs to see it at all."""

    def __init__(self, application: WSGIApplication, limit: int) -> None:
        self.application = application
        self.limit = limit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        stream = environ["wsgi.input"]
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            body = read_at_most(stream.read, self.limit + 1)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            del environ["HTTP_TRANSFER_ENCODING"]
            if len(body) <= self.limit:
                return self.application(environ, start_response)
            drain(stream.read, DRAINED_AT_MOST)
            return self.too_large(start_response)
        announced = announced_length(environ)
        if announced is None:
            return answer(start_response, "400 Bad Request", 400, "Content-Length is not a number.")
        if announced <= self.limit:
            return self.application(environ, start_response)
        drain(stream.read, min(announced, DRAINED_AT_MOST))
        return self.too_large(start_response)

    def too_large(self, start_response: StartResponse) -> Iterable[bytes]:
        detail = f"The body is larger than {self.limit} bytes. Nothing was changed."
        return answer(start_response, "413 Content Too Large", 413, detail)


def announced_length(environ: dict[str, Any]) -> int | None:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else None


def answer(start_response: StartResponse, line: str, status: int, detail: str) -> Iterable[bytes]:
    body = problem_body(status, detail)
    start_response(line, [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), ("Connection", "close")])
    return [body]


def read_at_most(read: Callable[[int], bytes], limit: int) -> bytes:
    pieces, left = [], limit
    while left > 0 and (piece := read(min(PIECE, left))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def drain(read: Callable[[int], bytes], limit: int) -> None:
    while limit > 0 and (piece := read(min(PIECE, limit))):
        limit -= len(piece)
