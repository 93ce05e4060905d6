#!/usr/bin/env bash
# ical-expander: an invitation to one date of a series shows nothing.
# An invitation to one date is that component alone, with RECURRENCE-ID and without the series: RFC 5546 section
# 3.2.2 allows RECURRENCE-ID in a request for one instance.
# Surprise: between() finds neither an event nor an occurrence, with no error; take RECURRENCE-ID away and the
# event is there. recurring-ical-events and ical (Python) have it both times.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'ical==14.3.1' 'tzdata==2026.1' 'annotated-types==0.8.0' 'click==8.5.1' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0' 'x-wr-timezone==2.0.1'
npm install --silent --no-audit --no-fund 'ical-expander@3.2.0' >/dev/null
cat >w.py <<'END'
for name, more in ("one", "RECURRENCE-ID:20240202T090000Z\n"), ("plain", ""):
    open(name + ".ics", "w", newline="").write(("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a@example.org\nDTSTAMP:20240101T000000Z\n" + more
        + "DTSTART:20240202T110000Z\nDTEND:20240202T120000Z\nORGANIZER:mailto:b@example.org\nATTENDEE:mailto:c@example.org\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n").replace("\n", "\r\n"))
END
cat >r.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
span = D.datetime(2024, 1, 1, tzinfo=D.timezone.utc), D.datetime(2025, 1, 1, tzinfo=D.timezone.utc)
for name in "one", "plain":
    text = open(name + ".ics", newline="").read()
    print(name, "recurring-ical-events", len(list(recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(*span))), "ical", len(list(IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(*span))))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import Expander from "ical-expander";
for (const name of ["one", "plain"]) {
  const { events, occurrences } = new Expander({ ics: readFileSync(name + ".ics", "utf8") }).between(new Date("2024-01-01T00:00:00Z"), new Date("2025-01-01T00:00:00Z"));
  console.log(name, "ical-expander", events.length + occurrences.length);
}
END
cat >want <<'END'
one recurring-ical-events 1 ical 1
plain recurring-ical-events 1 ical 1
one ical-expander 0
plain ical-expander 1
END
{
  venv/bin/python w.py && venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "ical-expander-one-date: no longer as recorded" >&2; exit 1; }
echo "ical-expander-one-date: as recorded"
