#!/usr/bin/env bash
# CATEGORIES: an escaped comma parts the name, and a second line is refused.
# Values of CATEGORIES are TEXT, so "a\,b" is one category (RFC 5545 sections 3.3.11 and 3.8.1.2), and the
# property may be repeated (3.6.1).
# Surprise: node-ical, ical and icalendar (npm) give "a\" and "b"; icalendar leaves the second line out; ics
# (Python) raises ValueError for the whole calendar. ical.js, vobject and icalendar (Python) have two lists,
# "a,b" and "c", then "d".
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
CATEGORIES:a\,b,c
CATEGORIES:d
END:VEVENT
END:VCALENDAR
END
cat >d.py <<'END'
import icalendar, ics, json, vobject
text = open("a.ics", newline="").read()
try:
    print("ics (Python)", len(ics.Calendar(text).events))
except ValueError as error:
    print("ics (Python) ValueError:", error)
print("vobject (Python)", json.dumps([p.value for p in vobject.readOne(text).vevent.contents["categories"]]))
print("icalendar (Python)", json.dumps([[str(c) for c in p.cats] for p in icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["CATEGORIES"]]))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import ical from "ical";
import icalendar from "icalendar";
const text = readFileSync("a.ics", "utf8");
const event = (all) => Object.values(all).find((c) => c.type === "VEVENT");
console.log("node-ical", JSON.stringify(event(nodeIcal.sync.parseICS(text)).categories));
console.log("ical", JSON.stringify(event(ical.parseICS(text)).categories));
console.log("icalendar", JSON.stringify(icalendar.parse_calendar(text).components.VEVENT[0].getPropertyValue("CATEGORIES")));
console.log("ical.js", JSON.stringify(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getAllProperties("categories").map((p) => p.getValues())));
END
cat >want <<'END'
ics (Python) ValueError: A VEVENT must have at most one CATEGORIES
vobject (Python) [["a,b", "c"], ["d"]]
icalendar (Python) [["a,b", "c"], ["d"]]
node-ical ["a\\","b","c","d"]
ical ["a\\","b","c","d"]
icalendar ["a\\","b","c"]
ical.js [["a,b","c"],["d"]]
END
{
  sed -i 's/$/\r/' a.ics
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "categories-comma-and-second-line: no longer as recorded" >&2; exit 1; }
echo "categories-comma-and-second-line: as recorded"
