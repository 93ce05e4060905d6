#!/usr/bin/env bash
# caldav (Python): the task of each Monday morning in Auckland, once done, is due on Tuesdays, and one of 8:00 in Berlin at 9:00 in
# summer.
# RFC 5545 section 3.8.5.3: BYDAY=MO is Monday in the zone of DTSTART, and a series with TZID keeps its hour when the clocks
# change (3.3.10's start "with local time and time zone reference"). complete(handle_rrule=True) moves a task to its next date.
# Surprise: the start is put into UTC first, the rule is counted from there, and the new DTSTART is in UTC, without its zone:
# Monday 8:00 in Auckland is Sunday 19:00 in UTC, so the next Monday is a Tuesday there, in both of its modes, and again each
# time. A task of whole days with BYDAY is a TypeError, one without it gets an hour. save() does nothing here: there is no server.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'caldav==3.6.0' 'icalendar==7.3.2' 'icalendar-searcher==1.3.0' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >d.py <<'END'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
from caldav import Calendar, DAVClient, Todo
class Task(Todo):
    def save(self, *args, **options):
        return self
calendar = Calendar(client=DAVClient(url="http://localhost/"), url="http://localhost/c/")
def show(title, zone, start, due, rule, done, mode):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VTODO", "UID:a@example.org", "DTSTAMP:20240101T000000Z"]
    lines += ["DTSTART" + start, "DUE" + due, "RRULE:" + rule, "END:VTODO", "END:VCALENDAR", ""]
    task = Task(client=calendar.client, parent=calendar, url="http://localhost/c/a.ics", data="\r\n".join(lines))
    try:
        task.complete(completion_timestamp=done, handle_rrule=True, rrule_mode=mode)
    except TypeError as error:
        print(f"{title}, {mode}: TypeError")
        return
    last = task.icalendar_instance.subcomponents[-1]
    print(f"{title}, {mode}: {last['DTSTART'].to_ical().decode()}", f"is {last['DTSTART'].dt.astimezone(zone):%A %H:%M}")
utc = timezone.utc
for mode in "safe", "thisandfuture":
    zone = ZoneInfo("Pacific/Auckland")
    show("Auckland, Monday 8:00", zone, f";TZID={zone}:20240108T080000", f";TZID={zone}:20240108T090000", "FREQ=WEEKLY;BYDAY=MO", datetime(2024, 1, 7, 19, 30, tzinfo=utc), mode)
    zone = ZoneInfo("Europe/Berlin")
    show("Berlin, Monday 8:00", zone, f";TZID={zone}:20240325T080000", f";TZID={zone}:20240325T090000", "FREQ=WEEKLY;BYDAY=MO", datetime(2024, 3, 25, 7, 30, tzinfo=utc), mode)
    show("whole Monday", utc, ";VALUE=DATE:20240108", ";VALUE=DATE:20240109", "FREQ=WEEKLY;BYDAY=MO", datetime(2024, 1, 8, 7, 30, tzinfo=utc), mode)
    show("whole day a week", utc, ";VALUE=DATE:20240108", ";VALUE=DATE:20240109", "FREQ=WEEKLY", datetime(2024, 1, 8, 7, 30, tzinfo=utc), mode)
END
cat >want <<'END'
Auckland, Monday 8:00, safe: 20240108T190000Z is Tuesday 08:00
Berlin, Monday 8:00, safe: 20240401T070000Z is Monday 09:00
whole Monday, safe: TypeError
whole day a week, safe: 20240115T073000Z is Monday 07:30
Auckland, Monday 8:00, thisandfuture: 20240108T190000Z is Tuesday 08:00
Berlin, Monday 8:00, thisandfuture: 20240401T070000Z is Monday 09:00
whole Monday, thisandfuture: TypeError
whole day a week, thisandfuture: 20240115T073000Z is Monday 07:30
END
{
  v/bin/python d.py 2>/dev/null
} >seen
diff want seen || { echo "caldav-done-task-next-week: no longer as recorded" >&2; exit 1; }
echo "caldav-done-task-next-week: as recorded"
