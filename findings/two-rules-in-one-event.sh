#!/usr/bin/env bash
# Two RRULE lines in one event: the union, the last of them, the first date twice, or no calendar at all.
# RRULE should not occur more than once (RFC 5545 section 3.8.5.3), which leaves it valid: the dates are those of
# both rules.
# Surprise: ical.js shows the first date twice and leaves out the last dates, how many depends on the order;
# node-ical keeps the last rule alone; ical refuses the calendar. recurring-ical-events has the union.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'ical==14.3.1' 'annotated-types==0.8.0' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.27.2' 'rrule-temporal@2.2.8' 'temporal-polyfill@1.0.8' >/dev/null
cat >r.py <<'END'
import datetime as D, sys
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
first, last = D.datetime(2024, 1, 1, tzinfo=D.timezone.utc), D.datetime(2026, 1, 1, tzinfo=D.timezone.utc)
text = open(sys.argv[1], newline="").read()
def say(reader, read):
    try:
        print(reader, *sorted(t.strftime("%m-%dT%H:%M" if isinstance(t, D.datetime) else "%m-%d") for t in read()))
    except Exception as error:
        print(reader, type(error).__name__)
say("recurring-ical-events", lambda: [e["DTSTART"].dt for e in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(first, last)])
say("ical", lambda: [e.dtstart for e in IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(first, last)])
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
const text = readFileSync(process.argv[2], "utf8");
const [master, ...exceptions] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
const event = new ICAL.Event(master, { exceptions }), it = event.iterator(), out = [];
for (let d; (d = it.next()); ) out.push(String(event.getOccurrenceDetails(d).startDate).slice(5, 16));
console.log("ical.js", out.sort().join(" "));
const series = Object.values(nodeIcal.sync.parseICS(text)).find((c) => c.type === "VEVENT");
const dates = nodeIcal.expandRecurringEvent(series, { from: new Date("2024-01-01"), to: new Date("2026-01-01") });
console.log("node-ical", dates.map((o) => o.start.toISOString().slice(5, o.isFullDay ? 10 : 16)).sort().join(" "));
END
cat >two.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250101T100000Z
RRULE:FREQ=DAILY;COUNT=2
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:x
END:VEVENT
END:VCALENDAR
END
sed -i 's/$/\r/' two.ics
cat >reversed.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250101T100000Z
RRULE:FREQ=WEEKLY;COUNT=3
RRULE:FREQ=DAILY;COUNT=2
SUMMARY:x
END:VEVENT
END:VCALENDAR
END
sed -i 's/$/\r/' reversed.ics
cat >want <<'END'
two
recurring-ical-events 01-01T10:00 01-02T10:00 01-08T10:00 01-15T10:00
ical CalendarParseError
ical.js 01-01T10:00 01-01T10:00 01-02T10:00
node-ical 01-01T10:00 01-08T10:00 01-15T10:00
reversed
recurring-ical-events 01-01T10:00 01-02T10:00 01-08T10:00 01-15T10:00
ical CalendarParseError
ical.js 01-01T10:00 01-01T10:00 01-02T10:00 01-08T10:00
node-ical 01-01T10:00 01-02T10:00
END
for case in two reversed; do
  echo "$case"
  venv/bin/python r.py $case.ics
  node j.mjs $case.ics
done >seen
diff want seen || { echo "two-rules-in-one-event: no longer as recorded" >&2; exit 1; }
echo "two-rules-in-one-event: as recorded"
