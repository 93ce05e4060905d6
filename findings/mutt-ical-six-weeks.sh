#!/usr/bin/env bash
# mutt-ical (viewical, for invitations in mutt): three lessons a week, six in all, are "for 6 weeks", and a whole day ends a day late.
# RFC 5545 section 3.3.10: COUNT is the number of dates, and BYSETPOS picks from what the other parts make of a month; section 3.6.1:
# DTEND is not part of the event, so a whole day is up to the next one, and a DURATION may stand in its place.
# Surprise: COUNT gets the name of FREQ, whatever INTERVAL and BYDAY say: ten meetings every other week are "for 10 weeks". The last
# working day of the month is every weekday, the Monday of week 20 each Monday, and a meeting with a DURATION has no end. Whether start
# and end are on one day is asked of the event's own clock and said by the reader's: from 22:00 to 23:30 UTC is in Berlin from 11 pm to
# 12:30 am of one day. "The last Friday", whole days without DTEND and spans over the event's own midnight are right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=Europe/Berlin LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'mutt-ical==2.0.2' 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1' 'tzlocal==5.4.5'
show() {
  echo "$*"
  printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example.org//test//EN METHOD:REQUEST BEGIN:VEVENT UID:1@example.org DTSTAMP:20240101T000000Z ORGANIZER:mailto:anna@example.org "$@" END:VEVENT END:VCALENDAR |
    v/bin/python -m mutt_ical.viewical | grep '^Date\|^Starts\|^Ends\|^Recurs' | sed 's/^/  /'
}
cat >want <<'END'
DTSTART:20240101T090000Z RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=6
  Starts:    Monday, January 1, 2024 at 10:00 am
  Recurs:    Every week on Monday, Wednesday, and Friday for 6 weeks
DTSTART:20240101T090000Z RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10
  Starts:    Monday, January 1, 2024 at 10:00 am
  Recurs:    Every other week for 10 weeks
DTSTART:20240131T090000Z RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
  Starts:    Wednesday, January 31, 2024 at 10:00 am
  Recurs:    Every month on Monday, Tuesday, Wednesday, Thursday, and Friday
DTSTART:20240126T090000Z RRULE:FREQ=MONTHLY;BYDAY=-1FR
  Starts:    Friday, January 26, 2024 at 10:00 am
  Recurs:    Every month on the last Friday
DTSTART:20240513T090000Z RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO
  Starts:    Monday, May 13, 2024 at 11:00 am
  Recurs:    Every year on Monday
DTSTART;VALUE=DATE:20240105 DTEND;VALUE=DATE:20240106
  Starts:    Friday, January 5, 2024
  Ends:      Saturday, January 6, 2024
DTSTART;VALUE=DATE:20240105
  Date:      Friday, January 5, 2024
DTSTART:20240105T090000Z DURATION:PT1H
  Starts:    Friday, January 5, 2024 at 10:00 am
DTSTART:20240105T220000Z DTEND:20240105T233000Z
  Date:      Friday, January 5, 2024
  Starts:    11:00 pm
  Ends:      12:30 am
DTSTART:20240105T220000Z DTEND:20240106T003000Z
  Starts:    Friday, January 5, 2024 at 11:00 pm
  Ends:      Saturday, January 6, 2024 at 1:30 am
END
{
  show DTSTART:20240101T090000Z 'RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=6'
  show DTSTART:20240101T090000Z 'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10'
  show DTSTART:20240131T090000Z 'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'
  show DTSTART:20240126T090000Z 'RRULE:FREQ=MONTHLY;BYDAY=-1FR'
  show DTSTART:20240513T090000Z 'RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'
  show 'DTSTART;VALUE=DATE:20240105' 'DTEND;VALUE=DATE:20240106'
  show 'DTSTART;VALUE=DATE:20240105'
  show DTSTART:20240105T090000Z DURATION:PT1H
  show DTSTART:20240105T220000Z DTEND:20240105T233000Z
  show DTSTART:20240105T220000Z DTEND:20240106T003000Z
} >seen
diff want seen || { echo "mutt-ical-six-weeks: no longer as recorded" >&2; exit 1; }
echo "mutt-ical-six-weeks: as recorded"
