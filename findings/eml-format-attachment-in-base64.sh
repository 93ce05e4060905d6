#!/usr/bin/env bash
# eml-format and eml-parse-js: an attached calendar in base64 has the boundary of the message at its end in one, and is left as
# base64 in the other.
# RFC 2045 section 6.8: the content is what base64 decodes to; RFC 2046 section 5.1.1: the boundary, with the line end before it, is
# no part of the content, and needs no empty line before it.
# Surprise: eml-format decodes "--b--" together with the base64 if there is no empty line between them; where the length is a multiple
# of three, nothing ends the base64, so the file grows by the boundary's bytes. In eml-parse-js, made from it, data is the
# calendar if it was sent as 8bit or quoted-printable, and the letters of base64 if it was sent as mail programs send files.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'eml-format@0.6.1' 'eml-parse-js@1.1.15' >/dev/null
cat >j.cjs <<'END'
const emlFormat = require("eml-format");
const { readEml } = require("eml-parse-js");
for (const title of ["Dinner", "Dinners"]) {
  const calendar = `BEGIN:VCALENDAR\r\nSUMMARY:${title}\r\nEND:VCALENDAR\r\n`;
  for (const [encoding, body] of [["8bit", calendar], ["base64", Buffer.from(calendar).toString("base64")]]) {
    const mail = ["From: anna@example.org", "Subject: x", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "", "Hi", "--b",
      "Content-Type: text/calendar", "Content-Disposition: attachment; filename=plan.ics", `Content-Transfer-Encoding: ${encoding}`, "", body, "--b--", ""].join("\r\n");
    const show = (name) => (error, { attachments: [{ data }] }) => console.log(`${title}, ${calendar.length} bytes, ${encoding} | ${name}:`, data.length, JSON.stringify(Buffer.from(data).toString("latin1")));
    emlFormat.read(mail, show("eml-format"));
    readEml(mail, show("eml-parse-js"));
  }
}
END
cat >want <<'END'
Dinner, 48 bytes, 8bit | eml-format: 48 "BEGIN:VCALENDAR\r\nSUMMARY:Dinner\r\nEND:VCALENDAR\r\n"
Dinner, 48 bytes, 8bit | eml-parse-js: 48 "BEGIN:VCALENDAR\r\nSUMMARY:Dinner\r\nEND:VCALENDAR\r\n"
Dinner, 48 bytes, base64 | eml-format: 51 "BEGIN:VCALENDAR\r\nSUMMARY:Dinner\r\nEND:VCALENDAR\r\nûæþ"
Dinner, 48 bytes, base64 | eml-parse-js: 64 "QkVHSU46VkNBTEVOREFSDQpTVU1NQVJZOkRpbm5lcg0KRU5EOlZDQUxFTkRBUg0K"
Dinners, 49 bytes, 8bit | eml-format: 49 "BEGIN:VCALENDAR\r\nSUMMARY:Dinners\r\nEND:VCALENDAR\r\n"
Dinners, 49 bytes, 8bit | eml-parse-js: 49 "BEGIN:VCALENDAR\r\nSUMMARY:Dinners\r\nEND:VCALENDAR\r\n"
Dinners, 49 bytes, base64 | eml-format: 49 "BEGIN:VCALENDAR\r\nSUMMARY:Dinners\r\nEND:VCALENDAR\r\n"
Dinners, 49 bytes, base64 | eml-parse-js: 68 "QkVHSU46VkNBTEVOREFSDQpTVU1NQVJZOkRpbm5lcnMNCkVORDpWQ0FMRU5EQVINCg=="
END
{
  node j.cjs 2>/dev/null
} >seen
diff want seen || { echo "eml-format-attachment-in-base64: no longer as recorded" >&2; exit 1; }
echo "eml-format-attachment-in-base64: as recorded"
