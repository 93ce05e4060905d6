#!/usr/bin/env bash
# web-push and pywebpush send a long message in two records, where one is the rule.
# RFC 8291 section 4: a push message is one record, and 4096 octets are all that a push service must take: 3993
# of content.
# Surprise: neither the limit of 4096 octets nor the second record is reported; 4079 octets give one record and
# a body of 4182, 4080 two. Records are counted from the body: header of 86 octets, rs as it says there (RFC
# 8188 section 2.1).
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'pywebpush==2.5.0' 'http-ece==1.2.1' 'py-vapid==1.9.6'
npm install --silent --no-audit --no-fund 'web-push@3.6.7' >/dev/null
cat >d.py <<'END'
import base64, os, struct
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives import serialization
from pywebpush import WebPusher
key = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
b64 = lambda b: base64.urlsafe_b64encode(b).decode().rstrip("=")
pusher = WebPusher({"endpoint": "https://push.example.net/x", "keys": {"p256dh": b64(key), "auth": b64(os.urandom(16))}})
for n in 3993, 4079, 4080:
    body = pusher.encode(b"x" * n, content_encoding="aes128gcm")["body"]
    size = struct.unpack(">L", body[16:20])[0]
    print("pywebpush", n, "octets: body", len(body), "records", -(-(len(body) - 86) // size))
END
cat >j.cjs <<'END'
const webpush = require("web-push"), crypto = require("node:crypto");
const ecdh = crypto.createECDH("prime256v1");
ecdh.generateKeys();
const keys = { p256dh: ecdh.getPublicKey("base64url"), auth: crypto.randomBytes(16).toString("base64url") };
const vapidDetails = { subject: "mailto:a@example.org", ...webpush.generateVAPIDKeys() };
for (const n of [3993, 4079, 4080]) {
  const { body } = webpush.generateRequestDetails({ endpoint: "https://push.example.net/x", keys }, "x".repeat(n), { vapidDetails });
  console.log("web-push", n, "octets: body", body.length, "records", Math.ceil((body.length - 86) / body.readUInt32BE(16)));
}
END
cat >want <<'END'
pywebpush 3993 octets: body 4096 records 1
pywebpush 4079 octets: body 4182 records 1
pywebpush 4080 octets: body 4200 records 2
web-push 3993 octets: body 4096 records 1
web-push 4079 octets: body 4182 records 1
web-push 4080 octets: body 4200 records 2
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "web-push-two-records: no longer as recorded" >&2; exit 1; }
echo "web-push-two-records: as recorded"
