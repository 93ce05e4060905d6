#!/usr/bin/env bash
# icalendar (Python): reading and writing makes one resource of two, and one field of a request status's three.
# RESOURCES is a list, and a comma inside one has a backslash (RFC 5545 section 3.8.1.10); the semicolons of
# REQUEST-STATUS part its fields (3.8.8.3). Nothing is changed between reading and writing.
# Surprise: every comma and semicolon comes out with a backslash. Its own jCal has three fields of the status
# and one resource; from a jCal with two resources, which is ical.js's, the first one is left. CATEGORIES
# beside them is right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20240101T000000Z
RESOURCES:projector,table\, round
CATEGORIES:one,two\, three
REQUEST-STATUS:2.8;Success\, repeating event ignored;RRULE:FREQ=WEEKLY\;INTERVAL=2
END:VEVENT
END:VCALENDAR
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
console.log(JSON.stringify(ICAL.parse(readFileSync("a.ics", "utf8"))));
END
cat >d.py <<'END'
import json
from icalendar import Calendar
names = "RESOURCES", "CATEGORIES", "REQUEST-STATUS"
def lines(calendar):
    return [line for line in calendar.to_ical().decode().replace("\r\n ", "").splitlines() if line.startswith(names)]
def values(jcal):
    return [json.dumps(line) for line in jcal[2][0][1] if line[0].upper() in names]
calendar = Calendar.from_ical(open("a.ics", "rb").read())
from_js = json.load(open("js.json"))
print("written again:", *lines(calendar), sep="\n ")
print("its jCal:", *values(calendar.to_jcal()), sep="\n ")
print("ical.js's jCal:", *values(from_js), sep="\n ")
print("read from ical.js's jCal:", *lines(Calendar.from_jcal(from_js)), sep="\n ")
END
cat >want <<'END'
written again:
 CATEGORIES:one,two\, three
 REQUEST-STATUS:2.8\;Success\, repeating event ignored\;RRULE:FREQ=WEEKLY\;INTERVAL=2
 RESOURCES:projector\,table\, round
its jCal:
 ["resources", {}, "text", "projector,table, round"]
 ["categories", {}, "text", "one", "two, three"]
 ["request-status", {}, "text", ["2.8", "Success, repeating event ignored", "RRULE:FREQ=WEEKLY;INTERVAL=2"]]
ical.js's jCal:
 ["resources", {}, "text", "projector", "table, round"]
 ["categories", {}, "text", "one", "two, three"]
 ["request-status", {}, "text", ["2.8", "Success, repeating event ignored", "RRULE:FREQ=WEEKLY;INTERVAL=2"]]
read from ical.js's jCal:
 CATEGORIES:one,two\, three
 REQUEST-STATUS:2.8\;Success\, repeating event ignored\;RRULE:FREQ=WEEKLY\;INTERVAL=2
 RESOURCES:projector
END
{
  sed -i 's/$/\r/' a.ics
  node j.mjs >js.json
  venv/bin/python d.py
} >seen
diff want seen || { echo "icalendar-resources-are-one: no longer as recorded" >&2; exit 1; }
echo "icalendar-resources-are-one: as recorded"
