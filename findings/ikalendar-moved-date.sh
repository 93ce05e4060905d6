#!/usr/bin/env bash
# ikalendar (npm), read and written: a moved date is back on its old day, two of three called-off days take place, and an alarm at a fixed hour is lost.
# RFC 5545 section 3.8.4.4: RECURRENCE-ID says which date of the series an event of the same UID replaces; section 3.8.5.1: EXDATE may
# occur more than once; section 3.8.6.3: a TRIGGER is a duration unless it says VALUE=DATE-TIME; section 3.2: a parameter with a
# comma or colon stands in quotes; section 3.3.11: text keeps its spaces.
# Surprise: RECURRENCE-ID is read and not written, so that there are two events of one UID; of several EXDATE lines the last
# stays; VALUE goes, and what is left is no trigger for ical.js; "Miller, Anna" loses her quotes; two spaces are one. A calendar
# with an RDATE is refused as one of an invalid property. recurring-ical-events tells the dates.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ikalendar@1.5.0' 'rrule@2.8.1' 'ical.js@2.2.1' >/dev/null
cat >w.py <<'END'
series = ["DTSTART:20240508T190000Z", "DTEND:20240508T210000Z", "RRULE:FREQ=WEEKLY;COUNT=5"]
for name, *events in (
    ("moved", series, ["RECURRENCE-ID:20240515T190000Z", "DTSTART:20240516T190000Z", "DTEND:20240516T210000Z"]),
    ("excluded", [*series, "EXDATE:20240515T190000Z", "EXDATE:20240522T190000Z", "EXDATE:20240529T190000Z"]),
    ("alarm", [*series[:2], "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:now", "TRIGGER;VALUE=DATE-TIME:20240508T180000Z", "END:VALARM"]),
    ("guest", [*series[:2], 'ATTENDEE;CN="Miller, Anna":mailto:anna@example.org', "DESCRIPTION:Tea:  two"]),
    ("added", [*series[:2], "RDATE:20240601T190000Z"]),
):
    lines = [line for event in events for line in ("BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "SUMMARY:x", *event, "END:VEVENT")]
    with open(f"{name}.ics", "w", newline="") as file:
        file.write("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *lines, "END:VCALENDAR", ""]))
END
cat >j.cjs <<'END'
const { readFileSync, writeFileSync } = require("node:fs");
const { Builder, Parser } = require("ikalendar");
for (const name of ["moved", "excluded", "alarm", "guest", "added"]) {
  let text;
  try { text = new Builder(new Parser().parse(readFileSync(name + ".ics", "utf8"))).build(); } catch (error) { text = error.message; }
  writeFileSync(name + ".out", text);
}
END
cat >a.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const name of ["alarm.ics", "alarm.out"]) {
  const text = readFileSync(name, "utf8");
  let found;
  try { found = String(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstSubcomponent("valarm").getFirstPropertyValue("trigger")); } catch { found = "error"; }
  console.log(name + ":", text.match(/^TRIGGER.*$/m)[0].trim(), "| ical.js", found);
}
END
cat >p.py <<'END'
import icalendar
import recurring_ical_events
def read(path):
    with open(path, newline="") as file:
        return file.read()
def seen(text, name):
    if not text.startswith("BEGIN"):
        return text
    calendar = icalendar.Calendar.from_ical(text)
    if name in ("moved", "excluded", "added"):
        return " ".join(sorted(f"{date.start:%m-%d}" for date in recurring_ical_events.of(calendar).between((2024, 5, 1), (2024, 7, 1))))
    return " | ".join(line for line in text.splitlines() if line.startswith(("ATTENDEE", "DESCRIPTION")))
for name in "moved", "excluded", "guest", "added":
    print(f"{name}: {seen(read(name + '.ics'), name)}")
    print(f"  written: {seen(read(name + '.out'), name)}")
END
cat >want <<'END'
moved: 05-08 05-16 05-22 05-29 06-05
  written: 05-08 05-15 05-22 05-29 06-05
excluded: 05-08 06-05
  written: 05-08 05-15 05-22 06-05
guest: ATTENDEE;CN="Miller, Anna":mailto:anna@example.org | DESCRIPTION:Tea:  two
  written: DESCRIPTION:Tea: two | ATTENDEE;CN=Miller, Anna:mailto:anna@example.org
added: 05-08 06-01
  written: Invalid Property 'RDATE'
alarm.ics: TRIGGER;VALUE=DATE-TIME:20240508T180000Z | ical.js 2024-05-08T18:00:00Z
alarm.out: TRIGGER:20240508T180000Z | ical.js error
END
{
  v/bin/python w.py
  node j.cjs
  v/bin/python p.py
  node a.mjs
} >seen
diff want seen || { echo "ikalendar-moved-date: no longer as recorded" >&2; exit 1; }
echo "ikalendar-moved-date: as recorded"
