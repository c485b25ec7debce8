"""Bodies over 1 MB are refused before Django sees them, with or without an announced length."""

import io
import json
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from hearteam.bodylimit import BodyLimit

LIMIT = 1000


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Reads as Django does: as much as was announced, nothing without a length."""
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def post(body: bytes, **environ: str) -> tuple[str, bytes, int]:
    """Status line, body, and how much of what was sent was left unread."""
    said: list[str] = []
    stream = io.BytesIO(body)
    answer = BodyLimit(echo, LIMIT)({"wsgi.input": stream, **environ}, lambda line, _: said.append(line))  # type: ignore
    return said[0], b"".join(answer), len(body) - stream.tell()


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_a_body_within_the_limit_arrives(size: int) -> None:
    body = b"x" * size
    assert post(body, CONTENT_LENGTH=str(size)) == ("200 OK", body, 0)


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_a_chunked_body_within_the_limit_arrives(size: int) -> None:
    body = b"x" * size
    assert post(body, HTTP_TRANSFER_ENCODING="chunked") == ("200 OK", body, 0)


@pytest.mark.parametrize("announced", [{"CONTENT_LENGTH": "5000"}, {"HTTP_TRANSFER_ENCODING": "Chunked"}])
def test_a_larger_body_is_refused_and_taken_in_so_that_the_answer_is_heard(announced: dict[str, str]) -> None:
    line, answer, left = post(b"x" * 5000, **announced)
    assert line.startswith("413 ")
    assert json.loads(answer)["status"] == 413
    assert left == 0


def test_a_length_that_is_no_number_is_malformed() -> None:
    assert post(b"x", CONTENT_LENGTH="-5")[0] == "400 Bad Request"
