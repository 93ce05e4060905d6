#!/usr/bin/env bash
# calendario_ics (Python): one event is deleted, and of all others in the file the series become single, the cancelled ones take place, and hours in New York float.
# RFC 5545 sections 3.8.5.3, 3.8.5.1, 3.8.1.11, 3.2.19 and 3.6.6: RRULE, EXDATE, STATUS, TZID and VALARM say when, whether and with
# which reminder an event takes place; section 3.6.1 asks for a DTSTAMP in each. The docstring of the function that writes the
# file back says that what is around the events is kept.
# Surprise: what is kept is what stands before the first event and after the last. Each event is written anew from seven
# properties, always STATUS:CONFIRMED, a whole day from midnight to midnight, and 18:00 UTC is 18:00 of whoever reads it; a task
# that stands between two events is gone. The answer is "eliminado" and names the one event.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH= HOME="$dir" CALENDARIO_ICS_DIR="$dir/calendars"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'calendario_ics==2.3.1' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
mkdir calendars
cat >calendars/club.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VEVENT
UID:choir@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=America/New_York:20240508T190000
DTEND;TZID=America/New_York:20240508T210000
RRULE:FREQ=WEEKLY;COUNT=8
EXDATE;TZID=America/New_York:20240522T190000
SUMMARY:Choir
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Choir
TRIGGER:-PT1H
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:trip@example.org
DTSTAMP:20240101T000000Z
DTSTART;VALUE=DATE:20240601
DTEND;VALUE=DATE:20240603
SUMMARY:Trip
STATUS:CANCELLED
END:VEVENT
BEGIN:VTODO
UID:tax@example.org
DTSTAMP:20240101T000000Z
DUE;VALUE=DATE:20240531
SUMMARY:Tax
END:VTODO
BEGIN:VEVENT
UID:talk@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240610T180000Z
DTEND:20240610T190000Z
SUMMARY:Talk
END:VEVENT
BEGIN:VEVENT
UID:old@example.org
DTSTAMP:20230101T000000Z
DTSTART:20230610T180000Z
DTEND:20230610T190000Z
SUMMARY:Old
END:VEVENT
END:VCALENDAR
END
sed -i 's/$/\r/' calendars/club.ics
cat >p.py <<'END'
import calendario_ics
import icalendar
import recurring_ical_events
def show(title):
    with open("calendars/club.ics", newline="") as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    print(title)
    dates = {}
    for event in recurring_ical_events.of(calendar).between((2024, 1, 1), (2025, 1, 1)):
        dates.setdefault(str(event["SUMMARY"]), []).append(event)
    for name, events in dates.items():
        starts = sorted(event["DTSTART"].dt for event in events)
        print(f"  {name}: {len(starts)} from {starts[0]}, {events[0].get('STATUS')}, alarms {len(events[0].walk('VALARM'))}, stamped {'DTSTAMP' in events[0]}")
    print("  tasks:", len(calendar.walk("VTODO")))
show("before")
print(calendario_ics.eliminar_evento(uid="old@example.org"))
show("after")
END
cat >want <<'END'
before
  Choir: 7 from 2024-05-08 19:00:00-04:00, None, alarms 1, stamped True
  Trip: 1 from 2024-06-01, CANCELLED, alarms 0, stamped True
  Talk: 1 from 2024-06-10 18:00:00+00:00, None, alarms 0, stamped True
  tasks: 1
(True, 'Evento old@example.org eliminado.')
after
  Choir: 1 from 2024-05-08 19:00:00, CONFIRMED, alarms 0, stamped False
  Trip: 1 from 2024-06-01 00:00:00, CONFIRMED, alarms 0, stamped False
  Talk: 1 from 2024-06-10 18:00:00, CONFIRMED, alarms 0, stamped False
  tasks: 0
END
v/bin/python p.py >seen
diff want seen || { echo "calendario-ics-one-deleted: no longer as recorded" >&2; exit 1; }
echo "calendario-ics-one-deleted: as recorded"
