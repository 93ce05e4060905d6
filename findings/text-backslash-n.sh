#!/usr/bin/env bash
# A backslash before the letter n: four of seven readers make a line break of it.
# In TEXT a backslash is written twice (RFC 5545 section 3.3.11), so "C:\\notes" in the file is C:\notes.
# Surprise: node-ical, ical, icalendar (npm) and ics (Python) put a new line into the path, since they look for
# \n before they look for \\. ical.js, vobject and icalendar (Python) read it right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'ics==0.7.3' 'arrow==1.4.0' 'TatSu==5.15.1' 'attrs==26.1.0' 'icalendar==7.3.2' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'node-ical@0.26.1' 'ical@0.8.0' 'icalendar@0.7.1' 'ical.js@2.2.1' >/dev/null
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART:20210104T090000Z
SUMMARY:C:\\notes
END:VEVENT
END:VCALENDAR
END
cat >d.py <<'END'
import icalendar, ics, json, vobject
text = open("a.ics", newline="").read()
for name, value in (("ics", list(ics.Calendar(text).events)[0].name), ("vobject", vobject.readOne(text).vevent.summary.value), ("icalendar", str(icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["SUMMARY"]))):
    print(name, "(Python)", json.dumps(value))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import ical from "ical";
import icalendar from "icalendar";
const text = readFileSync("a.ics", "utf8");
const event = (all) => Object.values(all).find((c) => c.type === "VEVENT");
console.log("node-ical", JSON.stringify(event(nodeIcal.sync.parseICS(text)).summary));
console.log("ical", JSON.stringify(event(ical.parseICS(text)).summary));
console.log("icalendar", JSON.stringify(icalendar.parse_calendar(text).components.VEVENT[0].getPropertyValue("SUMMARY")));
console.log("ical.js", JSON.stringify(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("summary")));
END
cat >want <<'END'
ics (Python) "C:\\\notes"
vobject (Python) "C:\\notes"
icalendar (Python) "C:\\notes"
node-ical "C:\\\notes"
ical "C:\\\notes"
icalendar "C:\notes"
ical.js "C:\\notes"
END
{
  sed -i 's/$/\r/' a.ics
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "text-backslash-n: no longer as recorded" >&2; exit 1; }
echo "text-backslash-n: as recorded"
