#!/usr/bin/env bash
# rrule.js: the start that is given beside a rule is dropped when the text has an EXDATE, and the series begins now.
# rrule.js documents rrulestr's option dtstart as the start where the text has none, as python-dateutil, of which it is a port, does;
# RFC 5545 section 3.8.5.3: DTSTART is the first instance.
# Surprise: the same with an RDATE, or with forceset. COUNT=3 on a Monday at 09:00 becomes three dates from the moment of reading,
# in the set none of the given start, and the date that is taken out is not among them. cal-parser, a reader of .ics files, hands
# RRULE and EXDATE over like this: a series with a cancelled meeting begins when the file is read, and where EXDATE stands
# before RRULE nothing is cancelled. With DTSTART inside the text all is right. The clock of the script is 2025-06-04 12:00Z.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0'
npm install --silent --no-audit --no-fund 'rrule@2.8.1' 'cal-parser@1.0.2' >/dev/null
cat >list <<'END'
RRULE:FREQ=WEEKLY;COUNT=3
RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z
RRULE:FREQ=WEEKLY;COUNT=3 RDATE:20240320T090000Z
DTSTART:20240318T090000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z
END
cat >j.cjs <<'END'
const Clock = Date;
globalThis.Date = class extends Clock {
  constructor(...given) { given.length ? super(...given) : super(Clock.UTC(2025, 5, 4, 12)); }
};
const { rrulestr } = require("rrule");
const show = (rule) => rule.all().map((date) => date.toISOString().slice(0, 16)).join(" ");
const dtstart = new Clock(Clock.UTC(2024, 2, 18, 9));
for (const line of require("fs").readFileSync("list", "utf8").trim().split("\n")) console.log("rrule.js", line, "|", show(rrulestr(line.replaceAll(" ", "\n"), { dtstart })));
console.log("rrule.js, forceset |", show(rrulestr("RRULE:FREQ=WEEKLY;COUNT=3", { dtstart, forceset: true })));
const { parseString } = require("cal-parser");
const rule = "RRULE:FREQ=WEEKLY;COUNT=3", exdate = "EXDATE:20240325T090000Z";
for (const lines of [[rule], [rule, exdate], [exdate, rule]]) {
  const event = ["BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "DTSTART:20240318T090000Z", "DTEND:20240318T100000Z", ...lines, "END:VEVENT"];
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", ...event, "END:VCALENDAR", ""].join("\r\n");
  console.log("cal-parser", lines.join(" "), "|", show(parseString(text).events[0].recurrenceRule));
}
END
cat >p.py <<'END'
from datetime import datetime, timezone
from dateutil.rrule import rrulestr
for line in open("list").read().splitlines():
    dates = rrulestr(line.replace(" ", "\n"), dtstart=datetime(2024, 3, 18, 9, tzinfo=timezone.utc))
    print("dateutil", line, "|", *(f"{date:%FT%H:%M}" for date in dates))
END
cat >want <<'END'
rrule.js RRULE:FREQ=WEEKLY;COUNT=3 | 2024-03-18T09:00 2024-03-25T09:00 2024-04-01T09:00
rrule.js RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z | 2025-06-04T12:00 2025-06-11T12:00 2025-06-18T12:00
rrule.js RRULE:FREQ=WEEKLY;COUNT=3 RDATE:20240320T090000Z | 2024-03-20T09:00 2025-06-04T12:00 2025-06-11T12:00 2025-06-18T12:00
rrule.js DTSTART:20240318T090000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z | 2024-03-18T09:00 2024-04-01T09:00
rrule.js, forceset | 2025-06-04T12:00 2025-06-11T12:00 2025-06-18T12:00
cal-parser RRULE:FREQ=WEEKLY;COUNT=3 | 2024-03-18T09:00 2024-03-25T09:00 2024-04-01T09:00
cal-parser RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z | 2025-06-04T12:00 2025-06-11T12:00 2025-06-18T12:00
cal-parser EXDATE:20240325T090000Z RRULE:FREQ=WEEKLY;COUNT=3 | 2024-03-18T09:00 2024-03-25T09:00 2024-04-01T09:00
dateutil RRULE:FREQ=WEEKLY;COUNT=3 | 2024-03-18T09:00 2024-03-25T09:00 2024-04-01T09:00
dateutil RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z | 2024-03-18T09:00 2024-04-01T09:00
dateutil RRULE:FREQ=WEEKLY;COUNT=3 RDATE:20240320T090000Z | 2024-03-18T09:00 2024-03-20T09:00 2024-03-25T09:00 2024-04-01T09:00
dateutil DTSTART:20240318T090000Z RRULE:FREQ=WEEKLY;COUNT=3 EXDATE:20240325T090000Z | 2024-03-18T09:00 2024-04-01T09:00
END
{
  node j.cjs
  v/bin/python p.py
} >seen
diff want seen || { echo "rrule-js-start-beside-the-text: no longer as recorded" >&2; exit 1; }
echo "rrule-js-start-beside-the-text: as recorded"
