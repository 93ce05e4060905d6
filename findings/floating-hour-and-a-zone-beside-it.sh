#!/usr/bin/env bash
# node-ical: an hour without a zone is put into the first zone that the calendar defines, for whichever event.
# A local time without TZID is the same hour everywhere (RFC 5545 section 3.3.5, form 1); a VTIMEZONE concerns those
# values that name it (section 3.6.5).
# Surprise: noon is 03:00 UTC where another event of the calendar is in Tokyo, and 19:00 UTC once the calendar
# defines Phoenix before it. ical.js says that it floats.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.27.2' 'rrule-temporal@2.2.8' 'temporal-polyfill@1.0.8' >/dev/null
cat >one.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTIMEZONE
TZID:Asia/Tokyo
BEGIN:STANDARD
DTSTART:20200101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250203T120000
SUMMARY:floating
END:VEVENT
BEGIN:VEVENT
UID:b@example.org
DTSTAMP:20250101T000000Z
DTSTART;TZID=Asia/Tokyo:20250203T120000
SUMMARY:Tokyo
END:VEVENT
END:VCALENDAR
END
cat >two.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTIMEZONE
TZID:America/Phoenix
BEGIN:STANDARD
DTSTART:20200101T000000
TZOFFSETFROM:-0700
TZOFFSETTO:-0700
END:STANDARD
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:Asia/Tokyo
BEGIN:STANDARD
DTSTART:20200101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250203T120000
SUMMARY:floating
END:VEVENT
BEGIN:VEVENT
UID:b@example.org
DTSTAMP:20250101T000000Z
DTSTART;TZID=Asia/Tokyo:20250203T120000
SUMMARY:Tokyo
END:VEVENT
END:VCALENDAR
END
sed -i 's/$/\r/' one.ics two.ics
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
for (const name of ["one.ics", "two.ics"]) {
  const text = readFileSync(name, "utf8");
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  for (const event of calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each)))
    console.log(name, "ical.js", event.summary, event.startDate.zone.tzid, new Date(event.startDate.toUnixTime() * 1000).toISOString().slice(5, 16));
  for (const event of Object.values(nodeIcal.sync.parseICS(text)).filter((each) => each.type === "VEVENT"))
    console.log(name, "node-ical", event.summary, event.start.tz ?? "none", event.start.toISOString().slice(5, 16));
}
END
cat >want <<'END'
one.ics ical.js floating floating 02-03T12:00
one.ics ical.js Tokyo Asia/Tokyo 02-03T03:00
one.ics node-ical floating Etc/GMT-9 02-03T03:00
one.ics node-ical Tokyo Asia/Tokyo 02-03T03:00
two.ics ical.js floating floating 02-03T12:00
two.ics ical.js Tokyo Asia/Tokyo 02-03T03:00
two.ics node-ical floating Etc/GMT+7 02-03T19:00
two.ics node-ical Tokyo Asia/Tokyo 02-03T03:00
END
node j.mjs >seen
diff want seen || { echo "floating-hour-and-a-zone-beside-it: no longer as recorded" >&2; exit 1; }
echo "floating-hour-and-a-zone-beside-it: as recorded"
