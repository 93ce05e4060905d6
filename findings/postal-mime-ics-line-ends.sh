#!/usr/bin/env bash
# postal-mime: an attached calendar comes out with bare line feeds, whatever its transfer encoding, base64
# included.
# RFC 5545 section 3.1 ends each content line with CRLF; base64 is there to carry octets unchanged (RFC 2045
# section 6.8).
# Surprise: the content of a text/calendar attachment is not the bytes that were sent; mailparser keeps CRLF in
# all three.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'postal-mime@4.0.0' 'mailparser@3.14.2' >/dev/null
cat >j.cjs <<'END'
const PostalMime = require("postal-mime").default ?? require("postal-mime");
const { simpleParser } = require("mailparser");
const calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
const bodies = { "8bit": calendar, "quoted-printable": calendar, base64: Buffer.from(calendar).toString("base64") + "\r\n" };
const count = (text) => `${(text.match(/\r\n/g) ?? []).length} CRLF, ${(text.match(/(?<!\r)\n/g) ?? []).length} bare LF`;
(async () => {
  for (const [encoding, body] of Object.entries(bodies)) {
    const mail = ["From: a@example.org", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", "hi", "--b",
      "Content-Type: text/calendar; charset=utf-8", "Content-Disposition: attachment; filename=event.ics", "Content-Transfer-Encoding: " + encoding, "", body + "--b--", ""].join("\r\n");
    console.log(encoding, "| postal-mime", count(Buffer.from((await PostalMime.parse(mail)).attachments[0].content).toString()), "| mailparser", count((await simpleParser(mail)).attachments[0].content.toString()));
  }
})();
END
cat >want <<'END'
8bit | postal-mime 0 CRLF, 3 bare LF | mailparser 2 CRLF, 0 bare LF
quoted-printable | postal-mime 0 CRLF, 3 bare LF | mailparser 2 CRLF, 0 bare LF
base64 | postal-mime 0 CRLF, 3 bare LF | mailparser 3 CRLF, 0 bare LF
END
node j.cjs >seen
diff want seen || { echo "postal-mime-ics-line-ends: no longer as recorded" >&2; exit 1; }
echo "postal-mime-ics-line-ends: as recorded"
