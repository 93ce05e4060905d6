#!/usr/bin/env bash
# icalendar and vobject (Python): the first "Local" zone that a process reads is the zone of every later
# calendar.
# A TZID without a leading slash means something within its own calendar only (RFC 5545 sections 3.2.19 and
# 3.8.3.1).
# Surprise: of two files read one after the other, the second, with another VTIMEZONE of the same name, gets the
# offset of the first; the answer depends on the order. ical.js keeps them apart. A server that reads many
# people's calendars mixes them up.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'vobject==0.9.9' 'pytz==2026.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >w.py <<'END'
for name, offset in ("one", "+0100"), ("two", "+0500"):
    open(name + ".ics", "w", newline="").write("""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTIMEZONE
TZID:Local
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:%s
TZOFFSETTO:%s
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART;TZID=Local:20210704T100000
SUMMARY:x
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n") % (offset, offset))
END
cat >r.py <<'END'
import sys
import icalendar, vobject
for f in sys.argv[1:]:
    text = open(f, newline="").read()
    i, v = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["DTSTART"].dt, vobject.readOne(text).vevent.dtstart.value
    print(f, "icalendar", i.utcoffset(), "vobject", v.utcoffset())
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const f of ["one.ics", "two.ics"]) console.log(f, "ical.js", new ICAL.Component(ICAL.parse(readFileSync(f, "utf8"))).getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart").utcOffset() / 3600);
END
cat >want <<'END'
one, two
one.ics icalendar 1:00:00 vobject 1:00:00
two.ics icalendar 1:00:00 vobject 1:00:00
two, one
two.ics icalendar 5:00:00 vobject 5:00:00
one.ics icalendar 5:00:00 vobject 5:00:00
one.ics ical.js 1
two.ics ical.js 5
END
{
  venv/bin/python w.py
  echo "one, two" && venv/bin/python r.py one.ics two.ics
  echo "two, one" && venv/bin/python r.py two.ics one.ics
  node j.mjs
} >seen
diff want seen || { echo "tzid-shared-by-all-calendars: no longer as recorded" >&2; exit 1; }
echo "tzid-shared-by-all-calendars: as recorded"
