#!/usr/bin/env bash
# icalevent: a server in UTC invites everybody to Casablanca, and its hours go by one option and its zone by another.
# DTSTART;TZID=X is the time on the clock of X (RFC 5545 section 3.2.19), DTSTAMP is in UTC (3.8.7.2), and a TZID needs its
# VTIMEZONE (3.2.19).
# Surprise: a start with an offset of its own, 09:00-05:00, is put on a clock that is `offset` minutes behind UTC, as in the
# README the machine's offset of today, and then labelled with `timezone`: from a server in UTC it is five hours late in
# Chicago, and from Chicago in winter a summer's meeting is an hour early. Without `timezone` a machine in UTC says
# Africa/Casablanca, whose clock is an hour ahead for eleven months. An offset that is named after the start makes the start
# "NaNNaNNaNTNaNNaNNaN". DTSTAMP has no Z, and no VTIMEZONE is written.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'icalevent@0.3.2' >/dev/null
cat >j.cjs <<'END'
const ICalEvent = require("icalevent");
const write = (title, options) =>
  new ICalEvent({ uid: "a", ...options, summary: title, start: "2025-07-01T09:00:00-05:00", end: "2025-07-01T10:00:00-05:00" }).toFile();
const texts = [
  write("the README's way, in UTC", { offset: 0, timezone: "America/Chicago" }),
  write("the README's way, in Chicago in January", { offset: 360, timezone: "America/Chicago" }),
  write("the offset of that day", { offset: 300, timezone: "America/Chicago" }),
  write("in UTC without a zone", { offset: 0 }),
];
const late = new ICalEvent({ start: "2025-07-01T09:00:00-05:00", offset: 0, timezone: "America/Chicago" }).toFile();
console.error("offset behind the start:", late.match(/DTSTART.*/)[0]);
console.log(JSON.stringify(texts));
END
cat >p.py <<'END'
import json
import re
import sys
from datetime import timezone
import icalendar
for text in json.load(sys.stdin):
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    start = re.search("DTSTART.*", text)[0].strip()
    print(f"{event['SUMMARY']}: {start} is {event['DTSTART'].dt.astimezone(timezone.utc):%H:%M}Z, meant 14:00Z")
stamp = re.search(r"DTSTAMP:\d{8}T\d{6}(Z?)", text)
print("DTSTAMP with Z:", bool(stamp[1]), "| VTIMEZONE:", "VTIMEZONE" in text)
END
cat >want <<'END'
offset behind the start: DTSTART;TZID=America/Chicago:NaNNaNNaNTNaNNaNNaN
the README's way, in UTC: DTSTART;TZID=America/Chicago:20250701T140000 is 19:00Z, meant 14:00Z
the README's way, in Chicago in January: DTSTART;TZID=America/Chicago:20250701T080000 is 13:00Z, meant 14:00Z
the offset of that day: DTSTART;TZID=America/Chicago:20250701T090000 is 14:00Z, meant 14:00Z
in UTC without a zone: DTSTART;TZID=Africa/Casablanca:20250701T140000 is 13:00Z, meant 14:00Z
DTSTAMP with Z: False | VTIMEZONE: False
END
node j.cjs >texts 2>seen
v/bin/python p.py <texts >>seen
diff want seen || { echo "icalevent-casablanca: no longer as recorded" >&2; exit 1; }
echo "icalevent-casablanca: as recorded"
