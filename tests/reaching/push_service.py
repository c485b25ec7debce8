"""A push service on loopback, over TLS, and a browser that subscribed there and can read what it gets."""

from __future__ import annotations

import json
import ssl
import struct
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

from dispatch.reach.keys import encoded

POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass
class Request:
    """One that came in; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """Answers each request with the next of `answers`, the last one for ever."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [201])
    requests: list[Request] = field(default_factory=list)

    def endpoint(self, name: str = "ada") -> str:
        """A browser's address there."""
        return f"https://127.0.0.1:{self.port}/push/{name}"

    def next_answer(self) -> int:
        """What the next request gets."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class Subscriber:
    """A browser's side of RFC 8291, written from the RFC."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen bytes ok"

    @property
    def public(self) -> bytes:
        """Its point."""
        return self.private.public_key().public_bytes(*POINT)

    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON().keys`."""
        return {"p256dh": encoded(self.public), "auth": encoded(self.secret)}

    def read(self, body: bytes) -> Any:
        """The payload of an aes128gcm message."""
        salt, size = body[:16], body[20]
        assert struct.unpack("!L", body[16:20])[0] >= 18
        sender, sealed = body[21 : 21 + size], body[21 + size :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        ikm = _hkdf(self.secret, shared, b"WebPush: info\x00" + self.public + sender, 32)
        key = _hkdf(salt, ikm, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(salt, ikm, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\x02")
        return json.loads(plain[:-1])


def _hkdf(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    made = dated.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = serialization.Encoding.PEM
    paths = folder / "push.crt", folder / "push.key"
    paths[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    paths[1].write_bytes(private)
    return paths


def serve(folder: Path) -> tuple[Service, ThreadingHTTPServer, Path]:
    """Start it on a free port; the path is of the certificate to trust. Shut the server down after use."""
    service = Service()
    trusted, key = certificate(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.requests.append(Request(self.path, headers, body))
            self.send_response(service.next_answer())
            self.send_header("Location", "https://127.0.0.1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return service, server, trusted
