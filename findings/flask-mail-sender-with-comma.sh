#!/usr/bin/env bash
# Flask-Mail: a sender ("Miller, Anna", "anna@example.org") is sent from "Miller", without an address, and "Events: Berlin" is
# only "Berlin".
# Its documentation: a sender may be a pair of name and address. RFC 5322 section 3.4: a name with a comma or a colon is in
# quotation marks.
# Surprise: the pair is put together as Miller, Anna <anna@example.org> without the marks and read again, where the comma ends
# the first address and the colon begins a group, both for From and for the envelope. A pair among the recipients is right, and
# so is the text with quotation marks.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'Flask-Mail==0.10.0' 'Flask==3.1.2'
cat >d.py <<'END'
from email import message_from_string
from email.policy import default
from flask import Flask
from flask_mail import Mail, Message, sanitize_address
app = Flask("x")
Mail(app)
with app.app_context():
    for sender in ("Anna Miller", "anna@example.org"), ("Miller, Anna", "anna@example.org"), ("Events: Berlin", "anna@example.org"), '"Miller, Anna" <anna@example.org>':
        message = Message("News", sender=sender, recipients=[("Doe, Ben", "ben@example.com")], body="News")
        mail = message_from_string(message.as_string(), policy=default)
        print(sender, "| From:", mail["From"], "| envelope:", sanitize_address(message.sender), "| To:", mail["To"])
END
cat >want <<'END'
('Anna Miller', 'anna@example.org') | From: Anna Miller <anna@example.org> | envelope: =?utf-8?q?Anna_Miller?= <anna@example.org> | To: "Doe, Ben" <ben@example.com>
('Miller, Anna', 'anna@example.org') | From: Miller | envelope: Miller | To: "Doe, Ben" <ben@example.com>
('Events: Berlin', 'anna@example.org') | From: Berlin <anna@example.org> | envelope: =?utf-8?q?Berlin?= <anna@example.org> | To: "Doe, Ben" <ben@example.com>
"Miller, Anna" <anna@example.org> | From: "Miller, Anna" <anna@example.org> | envelope: =?utf-8?q?Miller=2C_Anna?= <anna@example.org> | To: "Doe, Ben" <ben@example.com>
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "flask-mail-sender-with-comma: no longer as recorded" >&2; exit 1; }
echo "flask-mail-sender-with-comma: as recorded"
