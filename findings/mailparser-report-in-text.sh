#!/usr/bin/env bash
# mailparser: the machine-readable part of a bounce is glued to its human text and is no attachment.
# RFC 3464 section 2.1 has message/delivery-status as the second part of a report, for programs; RFC 6522
# section 3 keeps the parts apart.
# Surprise: its fields stand at the end of text, only the returned message is in attachments; postal-mime gives
# both as attachments.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'mailparser@3.14.2' 'postal-mime@4.0.0' >/dev/null
cat >j.cjs <<'END'
const PostalMime = require("postal-mime").default ?? require("postal-mime");
const { simpleParser } = require("mailparser");
const mail = ["From: m@example.org", "MIME-Version: 1.0", 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b", "Content-Type: text/plain", "", "Sorry.", "--b",
  "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", "", "Final-Recipient: rfc822; anna@example.com", "Action: failed", "Status: 5.1.1", "", "--b",
  "Content-Type: message/rfc822", "", "From: a@example.org", "", "inner", "--b--", ""].join("\r\n");
(async () => {
  const m = await simpleParser(mail), p = await PostalMime.parse(mail);
  console.log("mailparser ", m.attachments.map((a) => a.contentType).join(" "), JSON.stringify(m.text));
  console.log("postal-mime", p.attachments.map((a) => a.mimeType).join(" "), JSON.stringify(p.text));
})();
END
cat >want <<'END'
mailparser  message/rfc822 "Sorry.\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.1.1\n"
postal-mime message/delivery-status message/rfc822 "Sorry.\n"
END
node j.cjs >seen
diff want seen || { echo "mailparser-report-in-text: no longer as recorded" >&2; exit 1; }
echo "mailparser-report-in-text: as recorded"
