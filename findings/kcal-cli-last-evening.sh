#!/usr/bin/env bash
# kcal-cli (Python): a weekly choir "until 29 May" has its last evening on the 22nd, is listed on no day but its first, and a meeting moved from nine to two ends at ten.
# RFC 5545 section 3.3.10: UNTIL has the type of DTSTART, a date-time here; section 3.8.5.3: RRULE gives the other dates; section 3.8.2.2:
# DTEND is later than DTSTART; section 3.6.1 asks for a DTSTAMP, and section 3.6 names the components that a calendar may have.
# Surprise: --until takes a day and writes a day, which readers take for its midnight; "list --date" asks for the day
# of the first date alone; "edit --start" leaves the end where it was and the zone away. Who deletes one event finds
# the alarms and the parts of the time zones of the whole file once more, as components of the calendar itself.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'kcal-cli==0.2.0' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
kcal() { v/bin/kcal -f "$1" "${@:2}" | sed -E 's/uid: [^])]*/uid/'; }
cat >b.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:walk@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240509T090000
DTEND;TZID=Europe/Berlin:20240509T100000
SUMMARY:Walk
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Walk
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:old@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240101T090000
DTEND;TZID=Europe/Berlin:20240101T100000
SUMMARY:Old
END:VEVENT
END:VCALENDAR
END
sed -i 's/$/\r/' b.ics
cat >p.py <<'END'
import sys
import icalendar
import recurring_ical_events
with open(sys.argv[1], newline="") as file:
    calendar = icalendar.Calendar.from_ical(file.read())
if sys.argv[2] == "dates":
    print("  ", *(f"{date.start:%d %b}" for date in sorted(recurring_ical_events.of(calendar).between((2024, 1, 1), (2025, 1, 1)), key=lambda date: date.start)), "| stamped", "DTSTAMP" in calendar.events[0])
else:
    print("  ", " ".join(part.name for part in calendar.subcomponents))
END
cat >want <<'END'
Added: Choir (uid)
DTSTART:20240508T190000
RRULE:FREQ=WEEKLY;UNTIL=20240529
   08 May 15 May 22 May | stamped False
on the 8th:
  2024-05-08 19:00 - 21:00  Choir [weekly]  [uid]
on the 15th:
No events found.
   VTIMEZONE VEVENT VEVENT
Updated event walk
DTSTART:20240509T140000
DTEND;TZID=Europe/Berlin:20240509T100000
Deleted event old
   VTIMEZONE STANDARD DAYLIGHT VEVENT VALARM
END
{
  kcal a.ics add Choir --start "2024-05-08 19:00" --end "2024-05-08 21:00" --repeat weekly --until 2024-05-29
  grep -E '^(DTSTART|RRULE)' a.ics
  v/bin/python p.py a.ics dates
  echo "on the 8th:"; kcal a.ics list --date 2024-05-08
  echo "on the 15th:"; kcal a.ics list --date 2024-05-15
  v/bin/python p.py b.ics parts
  kcal b.ics edit walk --start "2024-05-09 14:00"
  tr -d '\r' <b.ics | grep -E '^(DTSTART.*0509|DTEND.*0509)'
  kcal b.ics delete old
  v/bin/python p.py b.ics parts
} | tr -d '\r' >seen
diff want seen || { echo "kcal-cli-last-evening: no longer as recorded" >&2; exit 1; }
echo "kcal-cli-last-evening: as recorded"
