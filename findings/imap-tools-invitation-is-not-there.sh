#!/usr/bin/env bash
# imap-tools (Python): the invitation in a message is neither text nor attachment, and the text of a forwarded message is a part
# of the text around it.
# RFC 6047 has an invitation as a part of text/calendar with its method, CalConnect's guide puts it beside text/plain in
# multipart/alternative; RFC 2046 section 5.2.1: in message/rfc822 is a message of its own.
# Surprise: a part without a name is no attachment, so an invitation as calendars send it is in text, html and attachments not at
# all, and neither is the machine-readable part of a bounce. The text of the message that comes back, or is forwarded, is joined to
# the text before it without a line end, and its attachments are listed as this message's, beside the message itself.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'imap-tools==1.16.0'
cat >d.py <<'END'
from imap_tools import MailMessage
calendar = "Content-Type: text/calendar; method=REQUEST; charset=utf-8", "", "BEGIN:VCALENDAR", "METHOD:REQUEST", "END:VCALENDAR"
def message(kind, *parts):
    lines = ["From: anna@example.org", "Subject: x", "MIME-Version: 1.0", f"Content-Type: multipart/{kind}; boundary={kind[:3]}", ""]
    for part in parts:
        lines += ["--" + kind[:3], *part]
    return [*lines, f"--{kind[:3]}--"]
def text(words):
    return "Content-Type: text/plain", "", words
invitation = message("alternative", text("Lunch?"), calendar)
status = "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", "", "Final-Recipient: rfc822; ben@example.org", "Action: failed", "Status: 5.1.1", ""
report = message("report", text("Not delivered."), status, ["Content-Type: message/rfc822", "", *invitation])
plan = "Content-Type: text/plain", "Content-Disposition: attachment; filename=plan.txt", "", "plan"
forwarded = message("mixed", text("See below."), ["Content-Type: message/rfc822", "", *message("related", text("Shall we?"), plan)])
for title, lines in {"invitation": invitation, "bounce": report, "forwarded": forwarded}.items():
    mail = MailMessage.from_bytes("\r\n".join([*lines, ""]).encode())
    print(f"{title}: text {mail.text!r}, attachments", [attachment.content_type + " " + attachment.filename for attachment in mail.attachments])
END
cat >want <<'END'
invitation: text 'Lunch?', attachments []
bounce: text 'Not delivered.Lunch?', attachments ['message/rfc822 ']
forwarded: text 'See below.Shall we?', attachments ['message/rfc822 ', 'text/plain plan.txt']
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "imap-tools-invitation-is-not-there: no longer as recorded" >&2; exit 1; }
echo "imap-tools-invitation-is-not-there: as recorded"
