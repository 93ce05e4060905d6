#!/usr/bin/env bash
# mergecal: two calendars that each define the same TZID become one, and the events of the second move by hours.
# A TZID without a leading slash means something within its own calendar only (RFC 5545 sections 3.2.19 and
# 3.8.3.1), so "Local" in one file and "Local" in another need not be the same zone.
# Surprise: the first definition stays and the other is dropped without a word; ical.js reads the event of the
# second file at 05:00Z before and at 09:00Z after.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'mergecal==0.5.0' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'rich==15.0.0' 'typer==0.29.2' 'click==8.5.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >d.py <<'END'
from icalendar import Calendar
from mergecal import merge_calendars
calendars = []
for uid, offset in ("a", "+0100"), ("b", "+0500"):
    text = ("""BEGIN:VCALENDAR
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
UID:%s
DTSTAMP:20210101T000000Z
DTSTART;TZID=Local:20210704T100000
SUMMARY:x
END:VEVENT
END:VCALENDAR
""" % (offset, offset, uid)).replace("\n", "\r\n")
    open(uid + ".ics", "w", newline="").write(text)
    calendars.append(Calendar.from_ical(text))
open("merged.ics", "wb").write(merge_calendars(calendars).to_ical())
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const f of ["a.ics", "b.ics", "merged.ics"]) {
  const c = new ICAL.Component(ICAL.parse(readFileSync(f, "utf8")));
  console.log(f, "zones", c.getAllSubcomponents("vtimezone").length, c.getAllSubcomponents("vevent").map((e) => e.getFirstPropertyValue("uid") + " " + e.getFirstPropertyValue("dtstart").toJSDate().toISOString().slice(11, 16) + "Z").join(" "));
}
END
cat >want <<'END'
a.ics zones 1 a 09:00Z
b.ics zones 1 b 05:00Z
merged.ics zones 1 a 09:00Z b 09:00Z
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "mergecal-same-tzid: no longer as recorded" >&2; exit 1; }
echo "mergecal-same-tzid: as recorded"
