#!/usr/bin/env bash
# letterparser: the calendar part of an invitation is pasted into the message text, and a comment into the
# address.
# multipart/alternative has the same thing twice, the reader shows one (RFC 2046 section 5.1.4); (Anna) is a
# comment (RFC 5322 section 3.2.2).
# Surprise: text is "hi" followed by BEGIN:VCALENDAR, with no attachment; the address of "anna@example.org
# (Anna)" has the comment in it, and the first member of a group the name of the group. mailparser has all three
# right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'letterparser@0.1.8' 'mailparser@3.14.2' >/dev/null
cat >j.cjs <<'END'
const { extract } = require("letterparser");
const { simpleParser } = require("mailparser");
const mail = ["From: a@example.org", "To: anna@example.org (Anna), Team: bob@example.org;", "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="b"', "", "--b", "Content-Type: text/plain", "", "hi", "--b",
  "Content-Type: text/calendar; method=REQUEST; charset=utf-8", "", "BEGIN:VCALENDAR", "END:VCALENDAR", "--b--", ""].join("\r\n");
(async () => {
  const l = extract(mail), m = await simpleParser(mail);
  console.log("letterparser", JSON.stringify(l.text), "attachments", (l.attachments ?? []).length, l.to.map((t) => t.address).join(" | "));
  console.log("mailparser  ", JSON.stringify(m.text), "attachments", m.attachments.length, m.to.value.map((t) => t.address ?? t.group.map((g) => g.address).join()).join(" | "));
})();
END
cat >want <<'END'
letterparser "hi\nBEGIN:VCALENDAR\nEND:VCALENDAR" attachments 0 anna@example.org (Anna) | Team: bob@example.org;
mailparser   "hi" attachments 1 anna@example.org | bob@example.org
END
node j.cjs >seen
diff want seen || { echo "letterparser-calendar-in-text: no longer as recorded" >&2; exit 1; }
echo "letterparser-calendar-in-text: as recorded"
