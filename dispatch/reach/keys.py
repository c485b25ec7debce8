"""The installation's own key pair for Web Push (VAPID, RFC 8292): no vendor account, browsers trust the key itself.

The private key is written as base64url of its 32 bytes, as other Web Push tools do.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

KEY_BYTES = 32


def encoded(raw: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url with or without padding. Raises ValueError."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def new_key() -> str:
    """A fresh private key."""
    return encoded(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(KEY_BYTES, "big"))


@lru_cache(maxsize=2)
def private_key(key: str) -> ec.EllipticCurvePrivateKey:
    """The key by its text. Raises ValueError for what is none."""
    raw = decoded(key)
    if len(raw) != KEY_BYTES:
        raise ValueError("A push key has 32 bytes.")
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())


def public_key(key: str) -> str:
    """What a browser is given to subscribe with (`applicationServerKey`)."""
    public = private_key(key).public_key()
    return encoded(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def pems(key: str) -> tuple[bytes, bytes]:
    """The private and the public key as PEM."""
    private = private_key(key)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public
