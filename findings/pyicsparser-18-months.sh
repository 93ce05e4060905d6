#!/usr/bin/env bash
# pyICSParser (Python): every 18 months is every 30 or 18 by turns, every 24 months every three years, and "every second Sunday" skips
# three, not one, now and then if weeks begin on Sunday.
# RFC 5545 section 3.3.10: INTERVAL is in units of FREQ, WKST says where a week begins; section 3.8.5.3 has every 18 months, and
# WKST=SU, among its examples. By its README days are fully tested.
# Surprise: after 10 January 2024 come July 2026 and January 2028, as if the months over a year's were another year. With WKST=SU
# some Sundays are left out, with BYDAY=TU,SU others added; BYYEARDAY=-1, the last day of the year, is left out beside others and an
# UnboundLocalError alone. Every 5 or 12 months, weeks from Monday and BYSETPOS are right; python-dateutil is beside it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'pyICSParser==0.7.4' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >r.py <<'END'
import contextlib, io
from dateutil.rrule import rrulestr
from pyICSParser import pyiCalendar
def dates(start, rule):
    text = f"BEGIN:VCALENDAR|VERSION:2.0|PRODID:-//example//EN|BEGIN:VEVENT|UID:a@example.org|DTSTAMP:20240101T000000Z|DTSTART;VALUE=DATE:{start}|RRULE:{rule}|SUMMARY:x|END:VEVENT|END:VCALENDAR|"
    with open("a.ics", "w", newline="") as file:
        file.write(text.replace("|", "\r\n"))
    with contextlib.redirect_stdout(io.StringIO()):
        calendar = pyiCalendar.iCalendar()
        calendar.local_load("a.ics")
        return [str(date)[2:10] for date, *_ in calendar.get_event_instances("20240101", "20331231")]
for line in open("list").read().splitlines():
    start, rule = line.split()
    try:
        found = dates(start, rule)[:7]
    except Exception as error:
        found = [type(error).__name__]
    print(line, "| pyICSParser", *found, "| dateutil", *(f"{date:%y-%m-%d}" for date in rrulestr(f"DTSTART:{start}\nRRULE:{rule}")[:7]))
END
cat >list <<'END'
20240110 FREQ=MONTHLY;INTERVAL=12
20240110 FREQ=MONTHLY;INTERVAL=18
20240110 FREQ=MONTHLY;INTERVAL=24
20240110 FREQ=MONTHLY;INTERVAL=5
20240107 FREQ=WEEKLY;INTERVAL=2;WKST=SU
20240107 FREQ=WEEKLY;INTERVAL=2
20240102 FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU
20240101 FREQ=YEARLY;BYYEARDAY=1,100,-1
20241231 FREQ=YEARLY;BYYEARDAY=-1
20240131 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
END
cat >want <<'END'
20240110 FREQ=MONTHLY;INTERVAL=12 | pyICSParser 24-01-10 25-01-10 26-01-10 27-01-10 28-01-10 29-01-10 30-01-10 | dateutil 24-01-10 25-01-10 26-01-10 27-01-10 28-01-10 29-01-10 30-01-10
20240110 FREQ=MONTHLY;INTERVAL=18 | pyICSParser 24-01-10 26-07-10 28-01-10 30-07-10 32-01-10 | dateutil 24-01-10 25-07-10 27-01-10 28-07-10 30-01-10 31-07-10 33-01-10
20240110 FREQ=MONTHLY;INTERVAL=24 | pyICSParser 24-01-10 27-01-10 30-01-10 33-01-10 | dateutil 24-01-10 26-01-10 28-01-10 30-01-10 32-01-10 34-01-10 36-01-10
20240110 FREQ=MONTHLY;INTERVAL=5 | pyICSParser 24-01-10 24-06-10 24-11-10 25-04-10 25-09-10 26-02-10 26-07-10 | dateutil 24-01-10 24-06-10 24-11-10 25-04-10 25-09-10 26-02-10 26-07-10
20240107 FREQ=WEEKLY;INTERVAL=2;WKST=SU | pyICSParser 24-01-07 24-01-21 24-02-18 24-03-17 24-03-31 24-04-14 24-04-28 | dateutil 24-01-07 24-01-21 24-02-04 24-02-18 24-03-03 24-03-17 24-03-31
20240107 FREQ=WEEKLY;INTERVAL=2 | pyICSParser 24-01-07 24-01-21 24-02-04 24-02-18 24-03-03 24-03-17 24-03-31 | dateutil 24-01-07 24-01-21 24-02-04 24-02-18 24-03-03 24-03-17 24-03-31
20240102 FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU | pyICSParser 24-01-02 24-01-07 24-01-14 24-01-16 24-01-21 24-01-28 24-01-30 | dateutil 24-01-02 24-01-14 24-01-16 24-01-28 24-01-30 24-02-11 24-02-13
20240101 FREQ=YEARLY;BYYEARDAY=1,100,-1 | pyICSParser 24-01-01 24-04-09 25-01-01 25-04-10 26-01-01 26-04-10 27-01-01 | dateutil 24-01-01 24-04-09 24-12-31 25-01-01 25-04-10 25-12-31 26-01-01
20241231 FREQ=YEARLY;BYYEARDAY=-1 | pyICSParser UnboundLocalError | dateutil 24-12-31 25-12-31 26-12-31 27-12-31 28-12-31 29-12-31 30-12-31
20240131 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 | pyICSParser 24-01-31 24-02-29 24-03-29 24-04-30 24-05-31 24-06-28 24-07-31 | dateutil 24-01-31 24-02-29 24-03-29 24-04-30 24-05-31 24-06-28 24-07-31
END
venv/bin/python r.py >seen
diff want seen || { echo "pyicsparser-18-months: no longer as recorded" >&2; exit 1; }
echo "pyicsparser-18-months: as recorded"
