#!/usr/bin/env bash
# A quoted parameter value with a semicolon or a comma in it is cut off, or its property is lost.
# RFC 5545 section 3.2: a value in quotation marks may hold ":", ";" and ",". ALTREP takes a URI, and URIs hold
# all three.
# Surprise: node-ical and ical end ALTREP at the semicolon, with the opening mark left on; jicson (Python) has
# no SUMMARY, its name is the text up to the first colon. ical.js and icalendar (Python) have the URI whole.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'jicson==1.0.2' 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'node-ical@0.26.1' 'ical@0.8.0' 'ical.js@2.2.1' >/dev/null
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART:20210104T090000Z
SUMMARY;ALTREP="http://example.org/a;b,c":Title
END:VEVENT
END:VCALENDAR
END
cat >d.py <<'END'
import icalendar, jicson
text = open("a.ics", newline="").read()
event = jicson.fromText(text)["VCALENDAR"][0]["VEVENT"][0]
print("jicson (Python)", {k: v for k, v in event.items() if "SUMMARY" in k})
print("icalendar (Python)", icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["SUMMARY"].params["ALTREP"])
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import ical from "ical";
const text = readFileSync("a.ics", "utf8");
const event = (all) => Object.values(all).find((c) => c.type === "VEVENT");
console.log("node-ical", JSON.stringify(event(nodeIcal.sync.parseICS(text)).summary));
console.log("ical", JSON.stringify(event(ical.parseICS(text)).summary));
console.log("ical.js", new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstProperty("summary").getParameter("altrep"));
END
cat >want <<'END'
jicson (Python) {'SUMMARY;ALTREP="http': '//example.org/a;b,c":Title'}
icalendar (Python) http://example.org/a;b,c
node-ical {"params":{"ALTREP":"\"http://example.org/a"},"val":"Title"}
ical {"params":{"ALTREP":"\"http://example.org/a"},"val":"Title"}
ical.js http://example.org/a;b,c
END
{
  sed -i 's/$/\r/' a.ics
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "quoted-parameter-cut: no longer as recorded" >&2; exit 1; }
echo "quoted-parameter-cut: as recorded"
