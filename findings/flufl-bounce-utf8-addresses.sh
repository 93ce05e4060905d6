#!/usr/bin/env bash
# flufl.bounce and internationalized addresses: the address type is taken for an address, and the report's own
# type is unknown.
# RFC 6533 (sections 3 and 4) adds the address type "utf-8" and the part message/global-delivery-status to
# delivery reports.
# Surprise: "Original-Recipient: utf-8; ..." gives an address called "utf-8" beside the encoded text; with
# "Final-Recipient: utf-8" alone, or in the part that RFC 6533 has for it, there is no failure at all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'flufl.bounce==6.0.0' 'atpublic==9.0.0' 'zope.interface==8.7'
cat >d.py <<'END'
import email
from flufl.bounce import all_failures
REPORT = """From: MAILER-DAEMON@mx.example.net
To: bounces@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Not delivered.

--b
Content-Type: message/%s

Reporting-MTA: dns; mx.example.net

%s
Action: failed
Status: 5.1.1

--b--
"""
original = "Original-Recipient: utf-8; j\\x{F6}rg@example.com"
final = "Final-Recipient: rfc822; joerg@example.com"
for name, kind, fields in (
    ("both fields", "delivery-status", original + "\n" + final),
    ("final alone", "delivery-status", original.replace("Original", "Final")),
    ("global part", "global-delivery-status", final),
):
    print(name, sorted(all_failures(email.message_from_string(REPORT % (kind, fields)))[1]))
END
cat >want <<'END'
both fields [b'j\\x{F6}rg@example.com', b'joerg@example.com', b'utf-8']
final alone []
global part []
END
venv/bin/python d.py >seen
diff want seen || { echo "flufl-bounce-utf8-addresses: no longer as recorded" >&2; exit 1; }
echo "flufl-bounce-utf8-addresses: as recorded"
