#!/usr/bin/env bash
# remind (Python, ics2rem) writes Remind's reminders from a calendar: every second month becomes every month, and every year only once.
# RFC 5545 section 3.3.10: INTERVAL counts months, weeks and years; BYDAY=-1FR is the last Friday; section 3.8.5.1: an
# EXDATE takes a date out. The package names one limit in this direction, RECURRENCE-ID.
# Surprise: ics2rem says nothing, and Remind shows the last Friday of the month as each Saturday ("Fri -13" is 13 days
# before each Friday), each second week on two days as each week, a birthday in its first year alone, and the date that
# was taken out. "The first Friday" is right.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'remind=04.02.03-4' 2>/dev/null || { echo "Debian 12's remind is missing: skipped"; exit 77; }
dpkg -x remind_*.deb deb
ldd deb/usr/bin/remind | grep -q 'not found' && { echo "a library is missing: skipped"; exit 77; }
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'remind==0.19.2' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2'
cat >p.py <<'END'
import os
import subprocess
import icalendar
import recurring_ical_events
os.environ["PATH"] = os.path.abspath("deb/usr/bin") + ":" + os.environ["PATH"]
def show(title, day, *lines):
    event = ["BEGIN:VEVENT", f"UID:{title}@example.org", "DTSTAMP:20240101T000000Z", f"SUMMARY:{title}", f"DTSTART;VALUE=DATE:{day}", *lines, "END:VEVENT"]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *event, "END:VCALENDAR", ""])
    reminder = subprocess.run(["v/bin/ics2rem", "-", "-"], input=text, check=True, capture_output=True, text=True).stdout
    with open("reminders", "w") as file:
        file.write(reminder)
    months = subprocess.run(["remind", "-s30", "reminders", "2024-01-01"], check=True, capture_output=True, text=True).stdout
    shown = sorted({line.split()[0].replace("/", "-") for line in months.splitlines() if line[:2] == "20"})
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, 1, 1), (2026, 7, 1))
    given = sorted({str(date["DTSTART"].dt) for date in found})
    print(title, "|", *(line for line in reminder.splitlines() if line))
    print("  calendar:", len(given), *given[:4])
    print("  Remind:  ", len(shown), *shown[:4])
show("second months", "20240105", "RRULE:FREQ=MONTHLY;INTERVAL=2")
show("last Friday", "20240126", "RRULE:FREQ=MONTHLY;BYDAY=-1FR")
show("first Friday", "20240105", "RRULE:FREQ=MONTHLY;BYDAY=1FR")
show("second weeks", "20240105", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR")
show("birthday", "20240105", "RRULE:FREQ=YEARLY")
show("without one", "20240105", "RRULE:FREQ=WEEKLY;UNTIL=20240126", "EXDATE;VALUE=DATE:20240112")
END
cat >want <<'END'
second months | REM 5 SATISFY [$T>='2024-01-05'] MSG second months
  calendar: 15 2024-01-05 2024-03-05 2024-05-05 2024-07-05
  Remind:   30 2024-01-05 2024-02-05 2024-03-05 2024-04-05
last Friday | REM Fri -13 SATISFY [$T>='2024-01-26'] MSG last Friday
  calendar: 30 2024-01-26 2024-02-23 2024-03-29 2024-04-26
  Remind:   127 2024-01-27 2024-02-03 2024-02-10 2024-02-17
first Friday | REM Fri 1 SATISFY [$T>='2024-01-05'] MSG first Friday
  calendar: 30 2024-01-05 2024-02-02 2024-03-01 2024-04-05
  Remind:   30 2024-01-05 2024-02-02 2024-03-01 2024-04-05
second weeks | REM Jan 5 2024 *1 SKIP OMIT Tue Wed Thu Sat Sun MSG second weeks
  calendar: 130 2024-01-05 2024-01-15 2024-01-19 2024-01-29
  Remind:   260 2024-01-05 2024-01-08 2024-01-12 2024-01-15
birthday | REM Jan 5 2024 MSG birthday
  calendar: 3 2024-01-05 2025-01-05 2026-01-05
  Remind:   1 2024-01-05
without one | REM Jan 5 2024 *7 UNTIL Jan 26 2024 MSG without one
  calendar: 3 2024-01-05 2024-01-19 2024-01-26
  Remind:   4 2024-01-05 2024-01-12 2024-01-19 2024-01-26
END
{
  v/bin/python p.py
} >seen
diff want seen || { echo "remind-python-repeats: no longer as recorded" >&2; exit 1; }
echo "remind-python-repeats: as recorded"
