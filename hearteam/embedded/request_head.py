"""Read the head of one HTTP/1.1 request, decide who answers it, and write it anew for them. No input or output here."""

from dataclasses import dataclass

HEAD_LIMIT = 32 * 1024
HEAD_END = b"\r\n\r\n"
SOCKET_PREFIX = b"/ws/"
# Said by the front alone, or true of one connection only; what a client puts there is not passed on.
DROPPED = {b"connection", b"keep-alive", b"proxy-connection", b"expect", b"forwarded", b"x-forwarded-proto"}
DROPPED |= {b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"}


class BadRequest(ValueError):
    """Not an HTTP/1 request head; the text says why."""


@dataclass(frozen=True)
class RequestHead:
    method: bytes
    target: bytes
    version: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    def header(self, name: bytes) -> bytes:
        """Value of a header, in lower case; empty where there is none."""
        return next((value.lower() for key, value in self.headers if key.lower() == name), b"")

    @property
    def is_for_live(self) -> bool:
        return self.target.startswith(SOCKET_PREFIX)

    @property
    def upgrades(self) -> bool:
        return self.is_for_live and self.header(b"upgrade") == b"websocket"

    @property
    def expects_continue(self) -> bool:
        return self.header(b"expect") == b"100-continue"

    def has_body(self, body: bytes) -> bool:
        """Whether `body` is all of the body that this head announces."""
        if b"chunked" in self.header(b"transfer-encoding"):
            return body.endswith(b"0\r\n\r\n")
        return len(body) >= int(self.header(b"content-length") or 0)

    def for_upstream(self, client: tuple[str, int], local: tuple[str, int]) -> bytes:
        """The head as it is sent on. Exactly one request goes over a connection, unless it becomes a WebSocket."""
        kept = [(key, value) for key, value in self.headers if key.lower() not in DROPPED]
        kept.append((b"Connection", b"Upgrade" if self.upgrades else b"close"))
        before = b""
        if self.is_for_live:
            kept.append((b"X-Forwarded-For", client[0].encode()))
        else:
            before = proxy_line(client, local)
        lines = [b" ".join((self.method, self.target, self.version)), *(b": ".join(header) for header in kept)]
        return before + b"\r\n".join(lines) + HEAD_END


def proxy_line(client: tuple[str, int], local: tuple[str, int]) -> bytes:
    """The PROXY protocol's first line: how `web` learns the client's address."""
    family = "TCP6" if ":" in client[0] else "TCP4"
    return f"PROXY {family} {client[0]} {local[0]} {client[1]} {local[1]}\r\n".encode()


def parse_head(raw: bytes) -> RequestHead:
    """`raw` without its closing empty line. Raises BadRequest."""
    first, *lines = raw.split(b"\r\n")
    words = first.split(b" ")
    if len(words) != 3 or words[2] not in (b"HTTP/1.1", b"HTTP/1.0") or not words[0].isalpha():
        raise BadRequest("This is not an HTTP/1.1 request.")
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip() or b"\n" in line or b"\0" in line:
            raise BadRequest("A header line is malformed.")
        headers.append((name, value.strip()))
    head = RequestHead(words[0], words[1], words[2], tuple(headers))
    lengths = {value for name, value in headers if name.lower() == b"content-length"}
    if len(lengths) > 1 or not all(length.isdigit() and len(length) < 16 for length in lengths):
        raise BadRequest("Content-Length is not one number.")
    if lengths and head.header(b"transfer-encoding"):
        raise BadRequest("Content-Length and Transfer-Encoding exclude each other.")
    return head
