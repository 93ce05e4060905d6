#!/usr/bin/env bash
# A start in a leap second (20161231T235960Z): six readers, four answers, one of them a whole day.
# RFC 5545 section 3.3.12 allows second 60 for a leap second, and lets who has none read it as 59.
# Surprise: vobject gives the date 2016-12-31 without a time; icalendar (Python) keeps a property that raises
# when its date is asked for; ics (Python) refuses the whole calendar; ical.js, node-ical and ical give the next
# year. None gives 23:59:59.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'ics==0.7.3' 'arrow==1.4.0' 'TatSu==5.15.1' 'attrs==26.1.0' 'icalendar==7.3.2' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'node-ical@0.26.1' 'ical@0.8.0' 'ical.js@2.2.1' >/dev/null
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20161201T000000Z
DTSTART:20161231T235960Z
SUMMARY:x
END:VEVENT
END:VCALENDAR
END
cat >d.py <<'END'
import icalendar, ics, vobject
text = open("a.ics", newline="").read()
def show(name, read):
    try:
        print(name, repr(read()))
    except Exception as error:
        print(name, type(error).__name__)
show("ics (Python)", lambda: list(ics.Calendar(text).events)[0].begin)
show("vobject (Python)", lambda: vobject.readOne(text).vevent.dtstart.value)
show("icalendar (Python)", lambda: icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["DTSTART"].dt)
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import ical from "ical";
const text = readFileSync("a.ics", "utf8");
const event = (all) => Object.values(all).find((c) => c.type === "VEVENT");
console.log("node-ical", event(nodeIcal.sync.parseICS(text)).start.toISOString());
console.log("ical", event(ical.parseICS(text)).start.toISOString());
console.log("ical.js", String(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart")));
END
cat >want <<'END'
ics (Python) ValueError
vobject (Python) datetime.date(2016, 12, 31)
icalendar (Python) BrokenCalendarProperty
node-ical 2017-01-01T00:00:00.000Z
ical 2017-01-01T00:00:00.000Z
ical.js 2017-01-01T00:00:00Z
END
{
  sed -i 's/$/\r/' a.ics
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "leap-second-start: no longer as recorded" >&2; exit 1; }
echo "leap-second-start: as recorded"
