#!/usr/bin/env bash
# django-recurrence: in Berlin a whole day that is added moves to the day before, and one that is called off takes place.
# RFC 5545 sections 3.8.5.1, 3.8.5.2, 3.3.10: EXDATE and RDATE may be dates (VALUE=DATE), and they and UNTIL are of the type
# of DTSTART, a date for whole days.
# Surprise: serialize(deserialize(text)), which is also what the model field stores, makes of each date midnight of Django's
# TIME_ZONE and of that a time in UTC: 5 January is 4 January 23:00Z in Berlin, and UNTIL=20240103 is 20240102T230000Z. The
# VALUE is gone, without an error. A reader that has the series as whole days then takes the date in front of the T: right
# in UTC, in New York for RDATE. Changing TIME_ZONE later moves all of it.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'django-recurrence==1.14' 'Django==5.2.19' 'python-dateutil==2.9.0.post0' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'tzdata==2026.1'
cat >p.py <<'END'
import sys
import django
from django.conf import settings
settings.configure(USE_TZ=True, TIME_ZONE=sys.argv[1], INSTALLED_APPS=["recurrence"])
django.setup()
import icalendar, recurrence, recurring_ical_events
def days(text):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20240101T000000Z", "DTSTART;VALUE=DATE:20240101", *text.split("\n"), "END:VEVENT", "END:VCALENDAR", ""]
    return sorted(f"{event.start:%d}" for event in recurring_ical_events.of(icalendar.Calendar.from_ical("\r\n".join(lines))).between("20240101", "20240201"))
print(sys.argv[1])
for text in "RDATE;VALUE=DATE:20240105", "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20240102":
    stored = recurrence.serialize(recurrence.deserialize(text))
    print("", *text.split("\n"), *days(text), "->", *stored.split("\n"), *days(stored))
print("", recurrence.serialize(recurrence.deserialize("RRULE:FREQ=DAILY;UNTIL=20240103")))
END
cat >want <<'END'
Europe/Berlin
 RDATE;VALUE=DATE:20240105 01 05 -> RDATE:20240104T230000Z 01 04
 RRULE:FREQ=DAILY;COUNT=3 EXDATE;VALUE=DATE:20240102 01 03 -> RRULE:FREQ=DAILY;COUNT=3 EXDATE:20240101T230000Z 01 02 03
 RRULE:FREQ=DAILY;UNTIL=20240102T230000Z
America/New_York
 RDATE;VALUE=DATE:20240105 01 05 -> RDATE:20240105T050000Z 01 05
 RRULE:FREQ=DAILY;COUNT=3 EXDATE;VALUE=DATE:20240102 01 03 -> RRULE:FREQ=DAILY;COUNT=3 EXDATE:20240102T050000Z 01 02 03
 RRULE:FREQ=DAILY;UNTIL=20240103T050000Z
UTC
 RDATE;VALUE=DATE:20240105 01 05 -> RDATE:20240105T000000Z 01 05
 RRULE:FREQ=DAILY;COUNT=3 EXDATE;VALUE=DATE:20240102 01 03 -> RRULE:FREQ=DAILY;COUNT=3 EXDATE:20240102T000000Z 01 03
 RRULE:FREQ=DAILY;UNTIL=20240103T000000Z
END
for zone in Europe/Berlin America/New_York UTC; do
  v/bin/python p.py $zone
done >seen
diff want seen || { echo "django-recurrence-whole-days: no longer as recorded" >&2; exit 1; }
echo "django-recurrence-whole-days: as recorded"
