#!/usr/bin/env bash
# icsuniq (icstools): the one meeting of a series that was moved is a duplicate, so it takes place at its old time.
# RFC 5545 section 3.8.4.4: a component with the UID of the series and a RECURRENCE-ID stands for that one date, so both belong
# to the calendar; what names a date is UID and RECURRENCE-ID together.
# Surprise: "deduplicating events, like uniq" goes by UID alone unless told otherwise, drops the moved one without a word, and
# writes the calendar without VERSION and PRODID, which section 3.6 requires. None of the keys that it offers is RECURRENCE-ID.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icstools==0.2.2' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'tzdata==2026.1'
sed 's/$/\r/' >series <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20240101T000000Z
SUMMARY:Meeting
DTSTART:20240108T090000Z
DTEND:20240108T100000Z
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
END:VCALENDAR
END
grep -v '^END:VCALENDAR' series >moved
sed 's/$/\r/' >>moved <<'END'
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20240101T000000Z
SUMMARY:Meeting
RECURRENCE-ID:20240115T090000Z
DTSTART:20240116T120000Z
DTEND:20240116T130000Z
END:VEVENT
END:VCALENDAR
END
v/bin/icsuniq <moved >unique
cat >p.py <<'END'
import icalendar, recurring_ical_events
for name in "series", "moved", "unique":
    text = open(name, newline="").read()
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between("20240101", "20240201")
    print(f"{name}: recurring-ical-events", *sorted(f"{event.start:%d/%H}" for event in events))
print("unique has", *(line for line in open("unique").read().splitlines() if line.startswith(("VERSION", "PRODID", "UID", "RECURRENCE-ID"))))
END
cat >want <<'END'
series: recurring-ical-events 08/09 15/09 22/09
moved: recurring-ical-events 08/09 16/12 22/09
unique: recurring-ical-events 08/09 15/09 22/09
unique has UID:1@example.org
END
{
  v/bin/python p.py
} >seen
diff want seen || { echo "icsuniq-moved-date: no longer as recorded" >&2; exit 1; }
echo "icsuniq-moved-date: as recorded"
