#!/usr/bin/env bash
# FullCalendar's iCalendar plugin, and ical-expander: one meeting of January moves to March, and January has none after it.
# RFC 5545 section 3.8.4.4: a RECURRENCE-ID names the one date that is replaced; the others stay. Section 3.2.19: the time of a
# DTSTART with a TZID is that of the zone.
# Surprise: the dates of a series are walked until the first that begins after the days in view, and a date that was moved counts
# by its new day: the rest of the month is gone, and a date that moves to January from March is not there. Within the days in view
# it is right. A series by the clock of New York keeps its digits on a page whose timeZone is Berlin, which begins the first meeting
# six hours early; a date without the zone, in UTC, is converted. recurring-ical-events has all of it.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@fullcalendar/core@6.1.21' '@fullcalendar/icalendar@6.1.21' '@fullcalendar/daygrid@6.1.21' '@fullcalendar/luxon3@6.1.21' 'luxon@3.7.2' 'ical.js@1.5.0' 'ical-expander@3.2.0' 'jsdom@24.1.3' >/dev/null
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >w.py <<'END'
zone = """BEGIN:VTIMEZONE TZID:America/New_York BEGIN:DAYLIGHT DTSTART:20070311T020000 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500 TZOFFSETTO:-0400 END:DAYLIGHT BEGIN:STANDARD DTSTART:20071104T020000 RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400 TZOFFSETTO:-0500 END:STANDARD END:VTIMEZONE""".split()
weekly = "DTSTART:20240102T090000Z", "RRULE:FREQ=WEEKLY;COUNT=12"
for name, *events in (
    ("moved within January", weekly, ("RECURRENCE-ID:20240109T090000Z", "DTSTART:20240110T140000Z")),
    ("moved to March", weekly, ("RECURRENCE-ID:20240109T090000Z", "DTSTART:20240320T140000Z")),
    ("moved from March", weekly, ("RECURRENCE-ID:20240305T090000Z", "DTSTART:20240120T140000Z")),
    ("New York", ("DTSTART;TZID=America/New_York:20240109T090000", "RRULE:FREQ=WEEKLY;COUNT=2")),
):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *zone]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20240101T000000Z", *event, "SUMMARY:Meeting", "END:VEVENT"]
    open(name + ".ics", "w", newline="").write("\r\n".join([*lines, "END:VCALENDAR", ""]))
END
cat >p.py <<'END'
import sys
from datetime import UTC
import icalendar, recurring_ical_events
calendar = icalendar.Calendar.from_ical(open(sys.argv[1], newline="").read())
starts = sorted(event["DTSTART"].dt.astimezone(UTC) for event in recurring_ical_events.of(calendar).between((2024, 1, 1), (2024, 2, 1)))
print("  recurring-ical-events:", *(f"{start:%m-%dT%H:%M}" for start in starts))
END
cat >j.cjs <<'END'
const { readFileSync } = require("fs");
const { window } = new (require("jsdom").JSDOM)("<main></main>");
Object.assign(globalThis, { window, document: window.document, HTMLElement: window.HTMLElement, requestAnimationFrame: setTimeout });
const { Calendar } = require("@fullcalendar/core");
const plugins = ["icalendar", "daygrid", "luxon3"].map((name) => require("@fullcalendar/" + name).default);
const IcalExpander = require("ical-expander");
const file = process.argv[2], ics = readFileSync(file, "utf8");
const january = (moments) => moments.map((moment) => moment.toISOString().slice(5, 16)).filter((text) => text.startsWith("01")).sort().join(" ");
const { events, occurrences } = new IcalExpander({ ics }).between(new Date("2024-01-01"), new Date("2024-01-31T23:59"));
console.log("  ical-expander:", january([...events, ...occurrences].map((event) => event.startDate.toJSDate())));
const calendar = new Calendar(document.querySelector("main"), {
  plugins, timeZone: "Europe/Berlin", initialView: "dayGridMonth", initialDate: "2024-01-15", events: { url: "data:text/calendar," + encodeURIComponent(ics), format: "ics" },
  eventsSet: (events) => {
    if (!events.length) return;
    console.log("  FullCalendar:", january(events.map((event) => new Date(event.startStr))));
    process.exit();
  },
});
calendar.render();
END
cat >want <<'END'
moved within January
  recurring-ical-events: 01-02T09:00 01-10T14:00 01-16T09:00 01-23T09:00 01-30T09:00
  ical-expander: 01-02T09:00 01-10T14:00 01-16T09:00 01-23T09:00 01-30T09:00
  FullCalendar: 01-02T09:00 01-10T14:00 01-16T09:00 01-23T09:00 01-30T09:00
moved to March
  recurring-ical-events: 01-02T09:00 01-16T09:00 01-23T09:00 01-30T09:00
  ical-expander: 01-02T09:00
  FullCalendar: 01-02T09:00
moved from March
  recurring-ical-events: 01-02T09:00 01-09T09:00 01-16T09:00 01-20T14:00 01-23T09:00 01-30T09:00
  ical-expander: 01-02T09:00 01-09T09:00 01-16T09:00 01-23T09:00 01-30T09:00
  FullCalendar: 01-02T09:00 01-09T09:00 01-16T09:00 01-23T09:00 01-30T09:00
New York
  recurring-ical-events: 01-09T14:00 01-16T14:00
  ical-expander: 01-09T14:00 01-16T14:00
  FullCalendar: 01-09T08:00 01-16T08:00
END
v/bin/python w.py
for case in "moved within January" "moved to March" "moved from March" "New York"; do
  echo "$case"
  v/bin/python p.py "$case.ics"
  node j.cjs "$case.ics"
done >seen
diff want seen || { echo "fullcalendar-rest-of-the-month: no longer as recorded" >&2; exit 1; }
echo "fullcalendar-rest-of-the-month: as recorded"
