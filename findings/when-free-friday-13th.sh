#!/usr/bin/env bash
# when-free (Python): each Friday the 13th is each Friday, a course of January goes on until December, and an added date is free.
# RFC 5545 section 3.3.10: BYMONTH and BYMONTHDAY limit what a daily, weekly or monthly rule gives, and BYDAY beside BYMONTHDAY means
# both; WKST counts where a rule of every second week has days on both sides of it; section 3.8.5.2: RDATE adds dates.
# Surprise: the library says that it raises Unsupported for a rule that it does not expand, and its README that then a note
# is printed. BYSETPOS and yearly rules with BYMONTH are told so; these are not, but are expanded without the part. Who asks when
# there is time misses free days, and with WKST and RDATE is offered hours that are taken.
# recurring-ical-events gives the dates of 2024 to compare.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'when-free==0.4.1' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import datetime
from zoneinfo import ZoneInfo
import icalendar
import recurring_ical_events
from whenfree.core import ical
berlin = ZoneInfo("Europe/Berlin")
begin, end = datetime(2024, 1, 1, tzinfo=berlin), datetime(2025, 1, 1, tzinfo=berlin)
def show(title, day, line):
    event = ["UID:a@example.org", "DTSTAMP:20240101T000000Z", f"DTSTART;TZID=Europe/Berlin:2024{day}T090000", f"DTEND;TZID=Europe/Berlin:2024{day}T100000", line, "SUMMARY:x"]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR", ""])
    given = sorted(f"{date.start:%m-%d}" for date in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(begin, end))
    try:
        found = sorted(f"{start:%m-%d}" for date in ical.parse(text, berlin) for start, _ in ical.expand(date, begin, end))
    except ical.Unsupported:
        found = ["Unsupported"]
    print(title, "|", line)
    print("  calendar: ", len(given), *given[:4])
    print("  when-free:", *([len(found)] if found != ["Unsupported"] else []), *found[:4])
show("Friday the 13th", "0913", "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13")
show("Fridays of January", "0105", "RRULE:FREQ=WEEKLY;BYDAY=FR;BYMONTH=1")
show("the rest of January", "0105", "RRULE:FREQ=DAILY;BYMONTH=1")
show("each quarter", "0305", "RRULE:FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=5")
show("second weeks", "0105", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SU;WKST=SU")
show("an added date", "0105", "RDATE;TZID=Europe/Berlin:20240301T090000")
show("last working day", "0131", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")
show("last Friday", "0126", "RRULE:FREQ=MONTHLY;BYDAY=-1FR")
END
cat >want <<'END'
Friday the 13th | RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13
  calendar:  2 09-13 12-13
  when-free: 16 09-13 09-20 09-27 10-04
Fridays of January | RRULE:FREQ=WEEKLY;BYDAY=FR;BYMONTH=1
  calendar:  4 01-05 01-12 01-19 01-26
  when-free: 52 01-05 01-12 01-19 01-26
the rest of January | RRULE:FREQ=DAILY;BYMONTH=1
  calendar:  27 01-05 01-06 01-07 01-08
  when-free: 362 01-05 01-06 01-07 01-08
each quarter | RRULE:FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=5
  calendar:  4 03-05 06-05 09-05 12-05
  when-free: 10 03-05 04-05 05-05 06-05
second weeks | RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SU;WKST=SU
  calendar:  52 01-05 01-14 01-19 01-28
  when-free: 52 01-05 01-07 01-19 01-21
an added date | RDATE;TZID=Europe/Berlin:20240301T090000
  calendar:  2 01-05 03-01
  when-free: 1 01-05
last working day | RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
  calendar:  12 01-31 02-29 03-29 04-30
  when-free: Unsupported
last Friday | RRULE:FREQ=MONTHLY;BYDAY=-1FR
  calendar:  12 01-26 02-23 03-29 04-26
  when-free: 12 01-26 02-23 03-29 04-26
END
v/bin/python p.py >seen
diff want seen || { echo "when-free-friday-13th: no longer as recorded" >&2; exit 1; }
echo "when-free-friday-13th: as recorded"
