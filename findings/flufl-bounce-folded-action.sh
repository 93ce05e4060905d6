#!/usr/bin/env bash
# flufl.bounce: a folded Action field makes a failed delivery report read as no report at all.
# Fields of message/delivery-status are folded as in mail (RFC 3464 section 2.1.1, RFC 5322 section 2.2.3).
# Surprise: a fold after "Final-Recipient: rfc822;" is read, the same fold after "Action:" gives no failure and
# no delay.
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
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

%s
Status: 5.1.1

--b--
"""
for name, fields in {
    "one line each": "Final-Recipient: rfc822; anna@example.com\nAction: failed",
    "recipient folded": "Final-Recipient: rfc822;\n anna@example.com\nAction: failed",
    "action folded": "Final-Recipient: rfc822; anna@example.com\nAction:\n failed",
}.items():
    delayed, failed = all_failures(email.message_from_string(REPORT % fields))
    print(name, "| delayed", sorted(delayed), "| failed", sorted(failed))
END
cat >want <<'END'
one line each | delayed [] | failed [b'anna@example.com']
recipient folded | delayed [] | failed [b'anna@example.com']
action folded | delayed [] | failed []
END
venv/bin/python d.py >seen
diff want seen || { echo "flufl-bounce-folded-action: no longer as recorded" >&2; exit 1; }
echo "flufl-bounce-folded-action: as recorded"
