#!/usr/bin/env bash
# icalendar's VTIMEZONE for Morocco leaves out the Ramadan of some years, which ones depends on the first year.
# Morocco's clocks go back an hour for Ramadan, 35 to 42 days; a VTIMEZONE has the rules for the times that its
# calendar uses (RFC 5545 section 3.6.5).
# Surprise: Timezone.from_tzid, from 2019 on, has no change in 2024 and 2027, from 2023 on none in 2023 and
# 2027, so an event there is an hour off for readers that go by the block; for other zones it is complete.
# ical.js reads the block as written. It looks for a change in steps longer than Ramadan. Changes of each year,
# in the block of those in the tz database:
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1' 'python-dateutil==4.0.0' 'typing_extensions==4.16.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >d.py <<'END'
import datetime as D
import sys, zoneinfo
from icalendar import Calendar, Event, Timezone
zone, first = zoneinfo.ZoneInfo("Africa/Casablanca"), int(sys.argv[1])
block = Timezone.from_tzid("Africa/Casablanca", first_date=D.date(first, 1, 1), last_date=D.date(2029, 1, 1))
hours = [D.datetime(first, 1, 1, tzinfo=D.timezone.utc) + D.timedelta(hours=h) for h in range(24 * 365 * (2028 - first))]
offsets = [h.astimezone(zone).utcoffset() for h in hours]
real = [h.year for h, a, b in zip(hours[1:], offsets, offsets[1:]) if a != b]
written = [t.year for part in block.subcomponents if part["TZOFFSETFROM"].td != part["TZOFFSETTO"].td
           for t in [part["DTSTART"].dt] + [r.dt for r in (part["RDATE"].dts if "RDATE" in part else [])]]
print("from", first, *(f"{year}: {written.count(year)} of {real.count(year)}," for year in range(first, 2028)))
calendar, event = Calendar(), Event()
calendar.add_component(block)
event.add("uid", "a@example.org")
event.add("dtstamp", D.datetime(2024, 1, 1, tzinfo=D.timezone.utc))
event.add("dtstart", D.datetime(2024, 3, 20, 10, tzinfo=zone))
event.add("summary", "x")
calendar.add_component(event)
open("a.ics", "wb").write(calendar.to_ical())
print("2024-03-20 10:00 is", event["DTSTART"].dt.astimezone(D.timezone.utc).strftime("%H:%MZ"))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const calendar = new ICAL.Component(ICAL.parse(readFileSync("a.ics", "utf8")));
console.log("ical.js", calendar.getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart").toJSDate().toISOString().slice(11, 16) + "Z");
END
cat >want <<'END'
from 2023 2023: 0 of 2, 2024: 2 of 2, 2025: 2 of 2, 2026: 2 of 2, 2027: 0 of 2,
2024-03-20 10:00 is 10:00Z
from 2019 2019: 2 of 2, 2020: 2 of 2, 2021: 2 of 2, 2022: 2 of 2, 2023: 2 of 2, 2024: 0 of 2, 2025: 2 of 2, 2026: 2 of 2, 2027: 0 of 2,
2024-03-20 10:00 is 10:00Z
ical.js 09:00Z
END
{
  venv/bin/python d.py 2023
  venv/bin/python d.py 2019
  node j.mjs
} >seen
diff want seen || { echo "icalendar-morocco-ramadan: no longer as recorded" >&2; exit 1; }
echo "icalendar-morocco-ramadan: as recorded"
