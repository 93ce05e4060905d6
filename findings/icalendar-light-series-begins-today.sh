#!/usr/bin/env bash
# icalendar-light (Python): the class of each Monday is on the weekday of whoever asks, and one without a DTEND is an error.
# RFC 5545 section 3.8.5.3: DTSTART is the first date of the series and gives what the rule does not say; section 3.8.5.1: the dates of
# EXDATE are not of the series; section 3.6.1: an event need not have a DTEND.
# Surprise: "upcoming" reads the rule without its start, so FREQ=WEEKLY from a Monday is on Wednesdays if today is one, every second
# week goes by this week, three times are three from today on, a year after the third, and the 31st of the month comes
# today, on 10 May. What is called off takes place. A rule with BYDAY and no number is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar-light==1.0.0' 'click==8.5.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'freezegun==1.5.5'
cat >r.py <<'END'
import freezegun
from icalendar_light.toolbox import Calendar
def show(today, lines):
    text = "BEGIN:VCALENDAR|VERSION:2.0|PRODID:-//example//EN|BEGIN:VEVENT|UID:a@example.org|DTSTAMP:20230101T000000Z|" + lines + "|SUMMARY:class|END:VEVENT|END:VCALENDAR"
    with freezegun.freeze_time(today):
        try:
            found = [f"{event.dt_start:%a %d %b}" for event in Calendar.iter_events_upcoming(text.split("|"), days_forward=28)]
        except Exception as error:
            found = [type(error).__name__]
    print(today, lines[lines.index("DTSTART"):], "|", *found)
MONDAY = "DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:"
for day in "2024-01-01 12:00", "2024-01-03 12:00", "2024-01-09 12:00":
    show(day, MONDAY + "FREQ=WEEKLY")
    show(day, MONDAY + "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    show(day, MONDAY + "FREQ=WEEKLY;BYDAY=MO")
show("2024-01-03 12:00", MONDAY + "FREQ=WEEKLY;BYDAY=MO|EXDATE:20240108T180000Z")
show("2025-01-01 12:00", MONDAY + "FREQ=WEEKLY;BYDAY=MO;COUNT=3")
show("2024-05-10 12:00", "DTSTART:20240131T180000Z|DTEND:20240131T190000Z|RRULE:FREQ=MONTHLY")
show("2024-01-03 12:00", MONDAY + "FREQ=WEEKLY;BYDAY=MO;UNTIL=20241231T180000Z")
show("2024-01-03 12:00", "DTSTART:20240101T180000Z|RRULE:FREQ=WEEKLY;BYDAY=MO")
END
cat >want <<'END'
2024-01-01 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY | Mon 01 Jan Mon 08 Jan Mon 15 Jan Mon 22 Jan Mon 29 Jan
2024-01-01 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO | Mon 01 Jan Mon 15 Jan Mon 29 Jan
2024-01-01 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;BYDAY=MO | Mon 01 Jan Mon 08 Jan Mon 15 Jan Mon 22 Jan Mon 29 Jan
2024-01-03 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY | Wed 03 Jan Wed 10 Jan Wed 17 Jan Wed 24 Jan Wed 31 Jan
2024-01-03 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO | Mon 15 Jan Mon 29 Jan Mon 12 Feb
2024-01-03 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;BYDAY=MO | Mon 08 Jan Mon 15 Jan Mon 22 Jan Mon 29 Jan Mon 05 Feb
2024-01-09 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY | Tue 09 Jan Tue 16 Jan Tue 23 Jan Tue 30 Jan Tue 06 Feb
2024-01-09 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO | Mon 22 Jan Mon 05 Feb Mon 19 Feb
2024-01-09 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;BYDAY=MO | Mon 15 Jan Mon 22 Jan Mon 29 Jan Mon 05 Feb Mon 12 Feb
2024-01-03 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;BYDAY=MO|EXDATE:20240108T180000Z | Mon 08 Jan Mon 15 Jan Mon 22 Jan Mon 29 Jan Mon 05 Feb
2025-01-01 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3 | Mon 06 Jan Mon 13 Jan Mon 20 Jan
2024-05-10 12:00 DTSTART:20240131T180000Z|DTEND:20240131T190000Z|RRULE:FREQ=MONTHLY | Fri 10 May Mon 10 Jun
2024-01-03 12:00 DTSTART:20240101T180000Z|DTEND:20240101T190000Z|RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20241231T180000Z | Mon 08 Jan Mon 15 Jan Mon 22 Jan Mon 29 Jan Mon 05 Feb
2024-01-03 12:00 DTSTART:20240101T180000Z|RRULE:FREQ=WEEKLY;BYDAY=MO | AttributeError
END
venv/bin/python r.py >seen
diff want seen || { echo "icalendar-light-series-begins-today: no longer as recorded" >&2; exit 1; }
echo "icalendar-light-series-begins-today: as recorded"
