#!/usr/bin/env bash
# calcurse, import and export: a series of three with one date taken out has three again, a week longer.
# RFC 5545 section 3.8.5.1: the set is what the rule gives, COUNT included, and then EXDATE takes dates out; weekly
# three times from Monday 8 January without the 15th is the 8th and the 22nd. calcurse's manual names RRULE and EXDATE
# among the properties that it handles.
# Surprise: the 29th is added, and the file that calcurse exports has it in its UNTIL, so every later reader does too.
# An EXDATE at another hour takes the date out all the same. For whole days it writes an EXDATE with VALUE=DATE and an
# hour behind the date, which section 3.3.4 does not have; icalendar (Python) reads it in spite of that.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'calcurse=4.7.1-1' 2>/dev/null || { echo "Debian 12's calcurse is missing: skipped"; exit 77; }
dpkg -x calcurse_*.deb deb
ldd deb/usr/bin/calcurse | grep -q 'not found' && { echo "ncurses is missing: skipped"; exit 77; }
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'recurring-ical-events==3.8.2'
cat >p.py <<'END'
import os
import subprocess
import icalendar
import recurring_ical_events
def show(title, *lines):
    event = ["BEGIN:VEVENT", f"UID:{title}", "DTSTAMP:20240101T000000Z", f"SUMMARY:{title}", *lines, "END:VEVENT"]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *event, "END:VCALENDAR", ""])
    with open(f"{title}.ics", "w", newline="") as file:
        file.write(text)
    calcurse = ["deb/usr/bin/calcurse", "-D", title]
    os.environ["HOME"] = os.getcwd()
    subprocess.run([*calcurse, "-q", "-i", f"{title}.ics"], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    exported = subprocess.run([*calcurse, "-x"], check=True, capture_output=True, text=True).stdout
    print(title, "| exported:", *(line for line in exported.split() if line.startswith(("RRULE", "EXDATE"))))
    for reader, calendar in (("given", text), ("exported", exported)):
        dates = recurring_ical_events.of(icalendar.Calendar.from_ical(calendar)).between((2024, 1, 1), (2025, 1, 1))
        print(f"  {reader}:", *sorted(f"{date['DTSTART'].dt:%m-%d}" for date in dates))
show("meeting", "DTSTART:20240108T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20240115T090000")
show("other-hour", "DTSTART:20240108T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20240115T100000")
show("whole-days", "DTSTART;VALUE=DATE:20240108", "DTEND;VALUE=DATE:20240109", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20240115")
END
cat >want <<'END'
meeting | exported: RRULE:FREQ=WEEKLY;UNTIL=20240129T090000 EXDATE:20240115T090000
  given: 01-08 01-22
  exported: 01-08 01-22 01-29
other-hour | exported: RRULE:FREQ=WEEKLY;UNTIL=20240129T090000 EXDATE:20240115T090000
  given: 01-08 01-15 01-22
  exported: 01-08 01-22 01-29
whole-days | exported: RRULE:FREQ=WEEKLY;UNTIL=20240129 EXDATE;VALUE=DATE:20240115T000000
  given: 01-08 01-22
  exported: 01-08 01-22 01-29
END
{
  v/bin/python p.py
} >seen
diff want seen || { echo "calcurse-count-without-exdates: no longer as recorded" >&2; exit 1; }
echo "calcurse-count-without-exdates: as recorded"
