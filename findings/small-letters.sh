#!/usr/bin/env bash
# Small letters: "freq=weekly" is an error in four libraries and no rule in a fifth; two lose "dtstart", one
# "VALUE=date".
# Names of properties and parameters and enumerated values may be in any case (RFC 5545 section 2), and so may
# the words of a rule, which its grammar in section 3.3.10 writes as ABNF literals (RFC 5234 section 2.3).
# Surprise: see the table; an error is one for the whole calendar, "lost" is a start that is no date. icalendar,
# vobject, python-dateutil and rrule-temporal read all of it.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'ical==14.3.1' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1' 'annotated-types==0.8.0' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'pytz==2026.6' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.26.1' 'rrule@2.8.1' 'rrule-temporal@1.6.0' 'ts-ics@2.4.6' >/dev/null
cat >w.py <<'END'
for name, start, rule in ("name", "dtstart:20240201T090000Z", "rrule:FREQ=WEEKLY;COUNT=2"), ("value", "DTSTART;VALUE=date:20240201", "RRULE:FREQ=WEEKLY;COUNT=2"), ("rule", "DTSTART:20240201T090000Z", "RRULE:freq=weekly;byday=th;count=2"):
    open(name + ".ics", "w", newline="").write("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", start, rule, "SUMMARY:x", "END:VEVENT", "END:VCALENDAR", ""]))
END
cat >r.py <<'END'
import icalendar, vobject
from dateutil.rrule import rrulestr
from ical.calendar_stream import IcsCalendarStream
def seen(read):
    try:
        return read()
    except Exception:
        return "error"
def of_icalendar(text):
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    return f"{event['DTSTART'].dt} {event['RRULE'].to_ical().decode()}"
def of_ical(text):
    event = IcsCalendarStream.calendar_from_ics(text).events[0]
    return f"{event.dtstart} {event.rrule.as_rrule_str()}"
def of_vobject(text):
    event = vobject.readOne(text).vevent
    return f"{event.dtstart.value} {len(list(event.getrruleset(True)))} dates"
for name in "name", "value", "rule":
    text = open(name + ".ics", newline="").read()
    print(name, "| icalendar", seen(lambda: of_icalendar(text)), "| ical", seen(lambda: of_ical(text)), "| vobject", seen(lambda: of_vobject(text)))
small = "dtstart:20240201T090000Z\nrrule:freq=weekly;byday=th;count=2"
print("rule | python-dateutil", seen(lambda: f"{len(list(rrulestr(small)))} dates"))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import rrule from "rrule";
import { RRuleTemporal } from "rrule-temporal";
import { convertIcsCalendar } from "ts-ics";
console.warn = () => {};
const seen = (f) => { try { return f(); } catch { return "error"; } };
const iso = (d) => (d && !isNaN(d) ? d.toISOString().slice(0, 16) : "lost");
for (const name of ["name", "value", "rule"]) {
  const text = readFileSync(name + ".ics", "utf8");
  const jcal = () => { const e = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent"); return e.getFirstPropertyValue("dtstart") + " " + e.getFirstPropertyValue("rrule"); };
  const node = () => { const e = Object.values(ical.sync.parseICS(text)).find((x) => x.type === "VEVENT"); return iso(e.start) + " " + (e.rrule ? e.rrule.all().length + " dates" : "no rule"); };
  const ts = () => { const e = convertIcsCalendar(undefined, text).events[0]; return iso(e.start?.date) + " " + (e.recurrenceRule?.frequency ?? "no rule"); };
  console.log(name, "| ical.js", seen(jcal), "| node-ical", seen(node), "| ts-ics", seen(ts));
}
console.log("rule | rrule.js", seen(() => rrule.rrulestr("RRULE:freq=weekly;byday=th;count=2").all().length + " dates"), "| rrule-temporal", seen(() => new RRuleTemporal({ rruleString: "DTSTART;TZID=UTC:20240201T090000\nRRULE:freq=weekly;byday=th;count=2" }).all().length + " dates"));
END
cat >want <<'END'
name | icalendar 2024-02-01 09:00:00+00:00 FREQ=WEEKLY;COUNT=2 | ical 2024-02-01 09:00:00+00:00 FREQ=WEEKLY;COUNT=2 | vobject 2024-02-01 09:00:00+00:00 2 dates
value | icalendar 2024-02-01 FREQ=WEEKLY;COUNT=2 | ical 2024-02-01 FREQ=WEEKLY;COUNT=2 | vobject 2024-02-01 2 dates
rule | icalendar 2024-02-01 09:00:00+00:00 FREQ=WEEKLY;COUNT=2;BYDAY=TH | ical error | vobject 2024-02-01 09:00:00+00:00 2 dates
rule | python-dateutil 2 dates
name | ical.js 2024-02-01T09:00:00Z FREQ=WEEKLY;COUNT=2 | node-ical error | ts-ics lost no rule
value | ical.js 2024-02-01 FREQ=WEEKLY;COUNT=2 | node-ical 2024-02-01T00:00 2 dates | ts-ics lost WEEKLY
rule | ical.js error | node-ical error | ts-ics 2024-02-01T09:00 no rule
rule | rrule.js error | rrule-temporal 2 dates
END
{
  venv/bin/python w.py && venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "small-letters: no longer as recorded" >&2; exit 1; }
echo "small-letters: as recorded"
