"""Web Push cryptography and values: a device's endpoint, encrypted messages (RFC 8291), the server's keys (RFC 8292).

The only room that knows `cryptography`, which is imported when it is first needed: an installation without devices pays
nothing for it. Reads no clock and no store.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .errors import GrammarError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

MAX_ENDPOINT_LENGTH = 2048
_PUBLIC_KEY_BYTES = 65  # an uncompressed point of P-256 (SEC 1 2.3.3)
_AUTH_SECRET_BYTES = 16  # RFC 8291 3.2
_RECORD_SIZE = 4096
_HEADER_BYTES = 16 + 4 + 1 + _PUBLIC_KEY_BYTES  # salt, record size, length of the key's id, the key (RFC 8188 2.1)
MAX_PLAINTEXT_BYTES = 4096 - _HEADER_BYTES - 16 - 1
"""Bytes of one message: push services take bodies of 4,096 bytes (RFC 8030 7.2), less header, tag and delimiter."""


@dataclass(frozen=True, slots=True)
class PushEndpoint:
    """Where a device is reached, and with which keys; all of it is secret, since anyone who knows it can send to the device.

    *vapid_key* is the server's public key that the subscription was made for; keys are base64url without padding.
    """

    url: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    vapid_key: str = ""


@dataclass(frozen=True, slots=True)
class VapidKey:
    """The server's identity for push services, a key pair of P-256: the uncompressed point and the number, base64url."""

    public: str
    private: str = field(repr=False)


def parse_endpoint(subscription: object, vapid_key: str = "", allow_private: bool = False) -> PushEndpoint:
    """Reads a `PushSubscription` as browsers write it in JSON: `{"endpoint": ..., "keys": {"p256dh": ..., "auth": ...}}`.

    *allow_private* also takes http and addresses of a private network.

    Raises:
        GrammarError: a part is missing or is not what RFC 8291 has it be.
    """
    values = subscription if isinstance(subscription, Mapping) else {}
    keys = values.get("keys")
    keys = keys if isinstance(keys, Mapping) else {}
    url, p256dh, auth = map(str, (values.get("endpoint"), keys.get("p256dh"), keys.get("auth")))
    _check_url(url, allow_private)
    for name, text, length in (("p256dh", p256dh, _PUBLIC_KEY_BYTES), ("auth", auth, _AUTH_SECRET_BYTES)):
        try:
            decoded = decode_base64url(text)
        except ValueError:
            decoded = b""
        if len(decoded) != length:
            raise GrammarError(f"keys.{name}: write {length} bytes in base64url, as the browser gives them")
    if not _is_point(p256dh):
        raise GrammarError("keys.p256dh: not a point of the curve P-256")
    return PushEndpoint(url, p256dh.rstrip("="), auth.rstrip("="), vapid_key)


def _check_url(url: str, allow_private: bool) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise GrammarError("endpoint: not an address") from None
    if not url.isascii() or any(char <= " " for char in url) or len(url) > MAX_ENDPOINT_LENGTH:
        raise GrammarError(f"endpoint: write an address of at most {MAX_ENDPOINT_LENGTH} ASCII characters")
    schemes = ("https", "http") if allow_private else ("https",)
    if not host or "@" in parts.netloc or port == 0 or parts.scheme not in schemes:
        raise GrammarError("endpoint: write the https address that the push service gave")
    if allow_private:
        return
    try:
        is_public = ipaddress.ip_address(host).is_global
    except ValueError:
        is_public = host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))
    if not is_public:
        raise GrammarError(
            "endpoint: a private address is not sent to; EVENTCAL_PUSH_ALLOW_PRIVATE=true would allow it"
        )


def _is_point(public_key: str) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decode_base64url(public_key))
    except ValueError:
        return False
    return True


def generate_vapid_key() -> VapidKey:
    """Generates a key pair for RFC 8292."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    private_key = generate_private_key(SECP256R1())
    number = private_key.private_numbers().private_value
    return VapidKey(encode_base64url(_encode_public(private_key)), encode_base64url(number.to_bytes(32)))


def encrypt(
    plaintext: bytes, endpoint: PushEndpoint, *, salt: bytes = b"", sender_key: EllipticCurvePrivateKey | None = None
) -> bytes:
    """Encrypts *plaintext* for a device as `aes128gcm` (RFC 8291 3.4, RFC 8188 2), in one record.

    *salt* and *sender_key* are random where none are given, as they have to be for any message that is sent.

    Raises:
        ValueError: *plaintext* is over MAX_PLAINTEXT_BYTES, or the device's key is no point of the curve.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDH,
        SECP256R1,
        EllipticCurvePublicKey,
        generate_private_key,
    )
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise ValueError(f"a push message has at most {MAX_PLAINTEXT_BYTES} bytes")
    salt, private_key = salt or os.urandom(16), sender_key or generate_private_key(SECP256R1())
    receiver, sender = decode_base64url(endpoint.p256dh), _encode_public(private_key)
    shared_secret = private_key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), receiver))
    key_info = b"WebPush: info\0" + receiver + sender
    keying_material = _derive(shared_secret, decode_base64url(endpoint.auth), key_info, 32)
    content_key = _derive(keying_material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(keying_material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD_SIZE.to_bytes(4) + bytes([len(sender)]) + sender
    return header + AESGCM(content_key).encrypt(nonce, plaintext + b"\x02", None)  # 2: the last record (RFC 8188 2)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return bytes(HKDF(SHA256(), length, salt, info).derive(secret))


def audience(origin: str) -> str:
    """Returns *origin* as a token names it (RFC 8292 2): without the port that its scheme has anyway (RFC 6454 6.2)."""
    return origin.removesuffix(":443" if origin.startswith("https:") else ":80")


def sign_vapid(key: VapidKey, audience: str, contact: str, expires_at: datetime) -> str:
    """Returns the Authorization header that tells the push service *audience* who sends (RFC 8292 3).

    *audience* is what `audience` returns, *contact* a mailto: or https: address, "" for none; it may ask for at most 24 hours.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    claims = {"aud": audience, "exp": int(expires_at.timestamp())} | ({"sub": contact} if contact else {})
    signed = ".".join(_encode_json(part) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_load_private(key.private).sign(signed.encode(), ECDSA(SHA256())))
    return f"vapid t={signed}.{encode_base64url(r.to_bytes(32) + s.to_bytes(32))}, k={key.public}"


@lru_cache(maxsize=8)
def _load_private(number: str) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

    return derive_private_key(int.from_bytes(decode_base64url(number)), SECP256R1())


def _encode_public(private_key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _encode_json(value: object) -> str:
    return encode_base64url(json.dumps(value, separators=(",", ":")).encode())


def encode_base64url(data: bytes) -> str:
    """Encodes as base64url without padding (RFC 4648 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Decodes base64url with or without padding. Raises ValueError for anything else."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
