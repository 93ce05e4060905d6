#!/usr/bin/env bash
# ical-library (Python): one birthday without an end in a calendar, and the calendar has no timeline at all.
# RFC 5545 section 3.6.1: an event that has a DTSTART and neither DTEND nor DURATION lasts a day if its start is a date, and no
# time if it is a date-time; the section has an anniversary of that form as an example. The README: "RFC 5545 compliant".
# Surprise: the timeline ends in an AttributeError from inside, 'NoneType' object has no attribute 'intersects', also for the
# meeting beside it, and for days on which there is no birthday. With a DURATION both are right.
# recurring-ical-events has both in each case.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'ical-library==0.2.3' 'pendulum==2.1.2' 'python-dateutil==2.9.0.post0' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'tzdata==2026.1'
cat >p.py <<'END'
import icalendar
import pendulum
import recurring_ical_events
from ical_library import client
meeting = "UID:1@example.org DTSTART:20240320T090000Z DTEND:20240320T100000Z SUMMARY:Meeting"
for name, other in (
    ("with a duration", "UID:2@example.org DTSTART;VALUE=DATE:20240322 DURATION:P1D SUMMARY:Birthday"),
    ("without", "UID:2@example.org DTSTART;VALUE=DATE:20240322 SUMMARY:Birthday"),
    ("a moment", "UID:2@example.org DTSTART:20240322T180000Z SUMMARY:Deadline"),
):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
    for event in meeting, other:
        lines += ["BEGIN:VEVENT", "DTSTAMP:20240101T000000Z", *event.split(), "END:VEVENT"]
    text = "\r\n".join([*lines, "END:VCALENDAR", ""])
    seen = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, 3, 1), (2024, 4, 1))
    print(f"{name}: recurring-ical-events:", *(f"{event['SUMMARY']} {event.start} to {event.end};" for event in seen))
    for start, end in (1, 31), (19, 21):
        try:
            calendar = client.parse_lines_into_calendar(text)
            timeline = calendar.get_limited_timeline(pendulum.datetime(2024, 3, start), pendulum.datetime(2024, 3, end))
            dates = [f"{event.summary.value} {span.begin:%Y-%m-%d %H:%M} to {span.end:%Y-%m-%d %H:%M};" for span, event in timeline.iterate()]
        except Exception as error:
            dates = [f"{type(error).__name__}: {error}"]
        print(f"{name}: ical-library, {start} to {end} March:", *dates)
END
cat >want <<'END'
with a duration: recurring-ical-events: Meeting 2024-03-20 09:00:00+00:00 to 2024-03-20 10:00:00+00:00; Birthday 2024-03-22 to 2024-03-23;
with a duration: ical-library, 1 to 31 March: Meeting 2024-03-20 09:00 to 2024-03-20 10:00; Birthday 2024-03-22 00:00 to 2024-03-23 00:00;
with a duration: ical-library, 19 to 21 March: Meeting 2024-03-20 09:00 to 2024-03-20 10:00;
without: recurring-ical-events: Meeting 2024-03-20 09:00:00+00:00 to 2024-03-20 10:00:00+00:00; Birthday 2024-03-22 to 2024-03-23;
without: ical-library, 1 to 31 March: AttributeError: 'NoneType' object has no attribute 'intersects'
without: ical-library, 19 to 21 March: AttributeError: 'NoneType' object has no attribute 'intersects'
a moment: recurring-ical-events: Meeting 2024-03-20 09:00:00+00:00 to 2024-03-20 10:00:00+00:00; Deadline 2024-03-22 18:00:00+00:00 to 2024-03-22 18:00:00+00:00;
a moment: ical-library, 1 to 31 March: AttributeError: 'NoneType' object has no attribute 'intersects'
a moment: ical-library, 19 to 21 March: AttributeError: 'NoneType' object has no attribute 'intersects'
END
v/bin/python p.py >seen
diff want seen || { echo "ical-library-event-without-end: no longer as recorded" >&2; exit 1; }
echo "ical-library-event-without-end: as recorded"
