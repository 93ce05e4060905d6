#!/usr/bin/env bash
# py-vapid: a contact address with a path or a port is "missing", and a token may live three days.
# RFC 8292 section 2.1 takes any https or mailto URI as "sub"; section 2 has "exp" at most 24 hours ahead.
# Surprise: https://example.org is taken, https://example.org/contact and https://example.org:8443 raise
# "Missing 'sub'"; an "exp" three days ahead is signed without a word, for the push service to refuse. web-push
# takes the path and the port, and refuses the three days.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'py-vapid==1.9.6'
npm install --silent --no-audit --no-fund 'web-push@3.6.7' >/dev/null
cat >d.py <<'END'
import time
from py_vapid import Vapid02, VapidException
vapid = Vapid02()
vapid.generate_keys()
for sub, days in ("https://example.org", 0), ("https://example.org/contact", 0), ("https://example.org:8443", 0), ("mailto:a@example.org", 3):
    claims = {"sub": sub, "aud": "https://push.example.net"}
    if days:
        claims["exp"] = int(time.time()) + days * 86400
    try:
        vapid.sign(claims)
        print("py-vapid", sub, days, "signed")
    except VapidException as error:
        print("py-vapid", sub, days, str(error)[:25])
END
cat >j.cjs <<'END'
const webpush = require("web-push");
const k = webpush.generateVAPIDKeys();
for (const [sub, days] of [["https://example.org", 0], ["https://example.org/contact", 0], ["https://example.org:8443", 0], ["mailto:a@example.org", 3]]) {
  try {
    webpush.getVapidHeaders("https://push.example.net", sub, k.publicKey, k.privateKey, "aes128gcm", days ? Math.floor(Date.now() / 1000) + days * 86400 : undefined);
    console.log("web-push", sub, days, "signed");
  } catch (error) { console.log("web-push", sub, days, "refused"); }
}
END
cat >want <<'END'
py-vapid https://example.org 0 signed
py-vapid https://example.org/contact 0 Missing 'sub' from claims
py-vapid https://example.org:8443 0 Missing 'sub' from claims
py-vapid mailto:a@example.org 3 signed
web-push https://example.org 0 signed
web-push https://example.org/contact 0 signed
web-push https://example.org:8443 0 signed
web-push mailto:a@example.org 3 refused
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "py-vapid-subject-and-expiry: no longer as recorded" >&2; exit 1; }
echo "py-vapid-subject-and-expiry: as recorded"
