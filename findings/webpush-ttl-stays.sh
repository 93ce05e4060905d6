#!/usr/bin/env bash
# webpush (Python): the TTL of one message is that of all later ones, also of one for now or never.
# RFC 8030 section 5.2: each message has its own TTL, and 0 has the service deliver at once or not at all.
# Surprise: get() takes a ttl beside the message, and its constructor a "global" one; a message with ttl=3600
# changes the global one, so the next message without a ttl waits an hour too, and so does one with ttl=0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'webpush==1.0.6'
cat >d.py <<'END'
import base64, os
from io import BytesIO
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from webpush import WebPush, WebPushSubscription
def key():
    return ec.generate_private_key(ec.SECP256R1())
def b64(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")
own = key()
private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
public = own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
pusher = WebPush(BytesIO(private), BytesIO(public), subscriber="a@example.org", ttl=60)
point = key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
subscription = WebPushSubscription(endpoint="https://push.example.net/x", keys={"p256dh": b64(point), "auth": b64(os.urandom(16))})
for options in {}, {"ttl": 3600}, {}, {"ttl": 0}:
    print(options or "no ttl", "sent with TTL:", pusher.get("x", subscription, **options).headers["ttl"])
END
cat >want <<'END'
no ttl sent with TTL: 60
{'ttl': 3600} sent with TTL: 3600
no ttl sent with TTL: 3600
{'ttl': 0} sent with TTL: 3600
END
{
  venv/bin/python d.py
} >seen
diff want seen || { echo "webpush-ttl-stays: no longer as recorded" >&2; exit 1; }
echo "webpush-ttl-stays: as recorded"
