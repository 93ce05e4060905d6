#!/usr/bin/env bash
# Two EXDATE lines: one reader keeps the first, one the last, most keep both.
# EXDATE may occur more than once (RFC 5545 section 3.8.5.1 and the grammar in 3.6.1).
# Surprise: icalendar (npm) gives only 5 January, jicson (Python) only 6 January, so a called-off day comes
# back; node-ical and ical.js have both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'jicson==1.0.2'
npm install --silent --no-audit --no-fund 'icalendar@0.7.1' 'node-ical@0.26.1' 'ical.js@2.2.1' >/dev/null
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART:20210104T090000Z
RRULE:FREQ=DAILY;COUNT=4
EXDATE:20210105T090000Z
EXDATE:20210106T090000Z
SUMMARY:x
END:VEVENT
END:VCALENDAR
END
cat >d.py <<'END'
import jicson
print("jicson (Python)", jicson.fromText(open("a.ics", newline="").read())["VCALENDAR"][0]["VEVENT"][0]["EXDATE"])
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import icalendar from "icalendar";
const text = readFileSync("a.ics", "utf8");
console.log("icalendar", JSON.stringify(icalendar.parse_calendar(text).components.VEVENT[0].getPropertyValue("EXDATE")));
console.log("node-ical", Object.keys(Object.values(nodeIcal.sync.parseICS(text)).find((c) => c.type === "VEVENT").exdate).filter((k) => k.includes("T")).join(" "));
console.log("ical.js", new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getAllProperties("exdate").map((p) => String(p.getFirstValue())).join(" "));
END
cat >want <<'END'
jicson (Python) 20210106T090000Z
icalendar ["2021-01-05T09:00:00.000Z"]
node-ical 2021-01-05T09:00:00.000Z 2021-01-06T09:00:00.000Z
ical.js 2021-01-05T09:00:00Z 2021-01-06T09:00:00Z
END
{
  sed -i 's/$/\r/' a.ics
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "repeated-exdate-lines: no longer as recorded" >&2; exit 1; }
echo "repeated-exdate-lines: as recorded"
