#!/usr/bin/env bash
# calgebra (Python): a course of three evenings goes on for ever, a called-off evening takes place, and a moved one takes place twice.
# RFC 5545 section 3.3.10: COUNT and UNTIL end a rule; section 3.8.5.1: EXDATE takes a date out; section 3.8.4.4: an event with
# RECURRENCE-ID takes the place of one date; section 3.8.5.2: RDATE adds dates; section 3.3.5: a floating hour is one of any zone.
# Surprise: file_to_timeline reads the file without a warning, though it has one for events that it cannot read, and its
# docstring says that series are preserved. None of these five is, and timeline_to_file writes the rule back without its end and
# its exceptions, and a birthday as midnight UTC, 19:00 on the evening before in New York. A rule without an
# end and without exceptions is right. recurring-ical-events gives the dates of 2024.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'calgebra==0.10.11' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import datetime
from zoneinfo import ZoneInfo
import icalendar
import recurring_ical_events
from calgebra.ical import file_to_timeline, timeline_to_file
berlin = ZoneInfo("Europe/Berlin")
begin, end = datetime(2024, 1, 1, tzinfo=berlin), datetime(2025, 1, 1, tzinfo=berlin)
def show(title, *events):
    lines = [line for event in events for line in ("BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "SUMMARY:x", *event, "END:VEVENT")]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *lines, "END:VCALENDAR", ""])
    with open("a.ics", "w", newline="") as file:
        file.write(text)
    given = sorted(f"{date.start:%m-%d %H:%M}" if isinstance(date.start, datetime) else f"{date.start:%m-%d}" for date in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(begin, end))
    timeline = file_to_timeline("a.ics")
    found = sorted(f"{datetime.fromtimestamp(each.start, berlin):%m-%d %H:%M}" for each in timeline[begin:end])
    timeline_to_file(timeline, "b.ics")
    with open("b.ics") as file:
        written = [line for line in file.read().splitlines() if line.startswith(("DTSTART", "RRULE", "EXDATE", "RECURRENCE-ID", "RDATE"))]
    print(title, "|", *events[0][2:])
    print("  calendar:", len(given), *(f"{date}," for date in given[:4]))
    print("  calgebra:", len(found), *(f"{date}," for date in found[:4]))
    print("  written: ", *written)
evening = ["DTSTART;TZID=Europe/Berlin:20240105T190000", "DTEND;TZID=Europe/Berlin:20240105T200000"]
show("three evenings", [*evening, "RRULE:FREQ=WEEKLY;COUNT=3"])
show("until the 19th", [*evening, "RRULE:FREQ=WEEKLY;UNTIL=20240119T180000Z"])
show("without one", [*evening, "RRULE:FREQ=MONTHLY", "EXDATE;TZID=Europe/Berlin:20240205T190000"])
show("one moved", [*evening, "RRULE:FREQ=MONTHLY"], ["RECURRENCE-ID;TZID=Europe/Berlin:20240205T190000", "DTSTART;TZID=Europe/Berlin:20240206T100000", "DTEND;TZID=Europe/Berlin:20240206T110000"])
show("one added", [*evening, "RDATE;TZID=Europe/Berlin:20240301T190000"])
show("birthday", ["DTSTART;VALUE=DATE:20240105", "DTEND;VALUE=DATE:20240106", "RRULE:FREQ=YEARLY"])
show("first Friday", [*evening, "RRULE:FREQ=MONTHLY;BYDAY=1FR"])
END
cat >want <<'END'
three evenings | RRULE:FREQ=WEEKLY;COUNT=3
  calendar: 3 01-05 19:00, 01-12 19:00, 01-19 19:00,
  calgebra: 52 01-05 19:00, 01-12 19:00, 01-19 19:00, 01-26 19:00,
  written:  DTSTART;TZID=Europe/Berlin:20240105T190000 RRULE:FREQ=WEEKLY
until the 19th | RRULE:FREQ=WEEKLY;UNTIL=20240119T180000Z
  calendar: 3 01-05 19:00, 01-12 19:00, 01-19 19:00,
  calgebra: 52 01-05 19:00, 01-12 19:00, 01-19 19:00, 01-26 19:00,
  written:  DTSTART;TZID=Europe/Berlin:20240105T190000 RRULE:FREQ=WEEKLY
without one | RRULE:FREQ=MONTHLY EXDATE;TZID=Europe/Berlin:20240205T190000
  calendar: 11 01-05 19:00, 03-05 19:00, 04-05 19:00, 05-05 19:00,
  calgebra: 12 01-05 19:00, 02-05 19:00, 03-05 19:00, 04-05 19:00,
  written:  DTSTART;TZID=Europe/Berlin:20240105T190000 RRULE:FREQ=MONTHLY
one moved | RRULE:FREQ=MONTHLY
  calendar: 12 01-05 19:00, 02-06 10:00, 03-05 19:00, 04-05 19:00,
  calgebra: 13 01-05 19:00, 02-05 19:00, 02-06 10:00, 03-05 19:00,
  written:  DTSTART;TZID=Europe/Berlin:20240105T190000 RRULE:FREQ=MONTHLY DTSTART:20240206T090000Z
one added | RDATE;TZID=Europe/Berlin:20240301T190000
  calendar: 2 01-05 19:00, 03-01 19:00,
  calgebra: 1 01-05 19:00,
  written:  DTSTART:20240105T180000Z
birthday | RRULE:FREQ=YEARLY
  calendar: 1 01-05,
  calgebra: 1 01-05 01:00,
  written:  DTSTART:20240105T000000Z RRULE:FREQ=YEARLY
first Friday | RRULE:FREQ=MONTHLY;BYDAY=1FR
  calendar: 12 01-05 19:00, 02-02 19:00, 03-01 19:00, 04-05 19:00,
  calgebra: 12 01-05 19:00, 02-02 19:00, 03-01 19:00, 04-05 19:00,
  written:  DTSTART;TZID=Europe/Berlin:20240105T190000 RRULE:FREQ=MONTHLY;BYDAY=1FR
END
v/bin/python p.py >seen
diff want seen || { echo "calgebra-course-without-end: no longer as recorded" >&2; exit 1; }
echo "calgebra-course-without-end: as recorded"
