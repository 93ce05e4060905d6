#!/usr/bin/env bash
# ical-js-parser: reading a calendar and writing it again adds a line "E:EN" to every event, and breaks lines
# folded with a tab.
# Lines end in CRLF, and a long one goes on after CRLF and a blank or a tab (RFC 5545 section 3.1).
# Surprise: "E:EN" is cut from the end of END:VEVENT; the second half of a title folded with a tab becomes a
# property of its own, whose name holds a tab, and is lost to ical.js. A title folded with a blank is whole.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ical-js-parser@0.7.4' 'ical.js@2.2.1' >/dev/null
cat >j.mjs <<'END'
import parser from "ical-js-parser";
import ICAL from "ical.js";
const { toJSON, toString } = parser.default ?? parser;
const event = (...more) => ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "DTSTART:20240201T090000Z", ...more, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
for (const [name, text] of [["plain", event("SUMMARY:one")], ["blank", event("SUMMARY:one", "  two")], ["tab", event("SUMMARY:one", "\t two")]]) {
  const before = text.replace(/\r\n[ \t]/g, "").split("\r\n"), after = toString(toJSON(text)).split("\n");
  let read;
  try { read = new ICAL.Component(ICAL.parse(after.join("\r\n"))).getFirstSubcomponent("vevent").getFirstPropertyValue("summary"); } catch { read = "error"; }
  console.log(name, "| new lines", JSON.stringify(after.filter((l) => !before.includes(l))), "| ical.js reads the title", JSON.stringify(read));
}
END
cat >want <<'END'
plain | new lines ["E:EN"] | ical.js reads the title "one"
blank | new lines ["E:EN"] | ical.js reads the title "one two"
tab | new lines ["SUMMARY:one","-\t- TW:two","E:EN"] | ical.js reads the title "one"
END
node j.mjs >seen
diff want seen || { echo "ical-js-parser-adds-lines: no longer as recorded" >&2; exit 1; }
echo "ical-js-parser-adds-lines: as recorded"
