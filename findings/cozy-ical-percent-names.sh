#!/usr/bin/env bash
# cozy-ical: an attendee's name with a comma is written as "%22Miller%2C%20Anna%22", and so is the address of his team.
# RFC 5545 section 3.2: a parameter value with a comma or a colon stands in quotation marks, which are no part of it; RFC 6868
# has ^ for what cannot stand there. Percent signs are those of URIs alone.
# Surprise: reading a calendar and writing it again, its example of use, encodes each value that was quoted, the marks
# included, and the reader's own result has the name like that too. Names without a comma stay as they are.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'cozy-ical@1.1.22' >/dev/null 2>&1
sed 's/$/\r/' >invitation <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240108T090000Z
DTEND:20240108T100000Z
SUMMARY:Meeting
ATTENDEE;CN="Miller, Anna";MEMBER="mailto:team@example.org":mailto:anna@example.org
ATTENDEE;CN=Ben Smith:mailto:ben@example.org
END:VEVENT
END:VCALENDAR
END
cat >j.cjs <<'END'
const fs = require("fs");
const { ICalParser } = require("cozy-ical");
new ICalParser().parseString(fs.readFileSync("invitation", "utf8"), (error, calendar) => {
  if (error) throw error;
  fs.writeFileSync("again", calendar.toString().replaceAll(/\r?\n/g, "\r\n"));
});
END
cat >p.py <<'END'
from icalendar import Calendar
for name in "invitation", "again":
    for attendee in Calendar.from_ical(open(name, "rb").read()).walk("VEVENT")[0]["ATTENDEE"]:
        print(f"{name}:", attendee, dict(attendee.params))
END
cat >want <<'END'
ATTENDEE;CN=%22Miller%2C%20Anna%22;MEMBER=%22mailto%3Ateam%40example.org%22:mailto:anna@example.org
ATTENDEE;CN=Ben Smith:mailto:ben@example.org
invitation: mailto:anna@example.org {'CN': 'Miller, Anna', 'MEMBER': 'mailto:team@example.org'}
invitation: mailto:ben@example.org {'CN': 'Ben Smith'}
again: mailto:anna@example.org {'CN': '%22Miller%2C%20Anna%22', 'MEMBER': '%22mailto%3Ateam%40example.org%22'}
again: mailto:ben@example.org {'CN': 'Ben Smith'}
END
{
  node j.cjs
  grep ATTENDEE again | tr -d '\r'
  v/bin/python p.py
} >seen
diff want seen || { echo "cozy-ical-percent-names: no longer as recorded" >&2; exit 1; }
echo "cozy-ical-percent-names: as recorded"
