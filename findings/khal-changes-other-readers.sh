#!/usr/bin/env bash
# khal and recurring-ical-events in one process: after `import khal.icalendar` summers from 2038 on are an hour off.
# khal asks icalendar for pytz when it is imported, for the whole process; pytz knows no change of the clock after
# 2037.
# Surprise: the same call on the same calendar gives 08:00 UTC before the import and 09:00 UTC after it. The library
# that is asked is not khal, and nothing of khal is called.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'khal==0.14.1' 'pytz==2026.2'
cat >r.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
text = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20270101T000000Z
DTSTART;TZID=Europe/Berlin:20270104T100000
RRULE:FREQ=WEEKLY
SUMMARY:x
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
def july(when):
    for year in 2037, 2038, 2040:
        [event, *_] = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((year, 7, 1), (year, 7, 8))
        print(when, event["DTSTART"].dt.astimezone(D.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"))
july("before")
import khal.icalendar
july("after")
END
cat >want <<'END'
before 2037-07-06 08:00 UTC
before 2038-07-05 08:00 UTC
before 2040-07-02 08:00 UTC
after 2037-07-06 08:00 UTC
after 2038-07-05 09:00 UTC
after 2040-07-02 09:00 UTC
END
venv/bin/python r.py >seen
diff want seen || { echo "khal-changes-other-readers: no longer as recorded" >&2; exit 1; }
echo "khal-changes-other-readers: as recorded"
