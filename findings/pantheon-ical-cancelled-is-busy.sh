#!/usr/bin/env bash
# pantheon-ical, for availability calendars: a cancelled booking takes its days, and so does a note that takes no time.
# RFC 5545 sections 3.8.1.11 and 3.8.2.7: STATUS:CANCELLED says that an event is called off, TRANSP:TRANSPARENT that it takes no time
# in a search for free and busy time.
# Surprise: parse_ical, whose answer is "the busy DATE ranges", and parse_ical_slots have both, so a room that was given back
# cannot be let; build_ical writes TRANSP:OPAQUE for what is busy. To block too much is safe, says the README, where
# a rule cannot be read; of what is cancelled or takes no time it says nothing.
# icalendar (Python) tells the status and the transparency that were read.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'pantheon-ical==0.3.1' 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >p.py <<'END'
import icalendar
import pantheon_ical
for name, event in (
    ("booked", "DTSTART;VALUE=DATE:20240320 DTEND;VALUE=DATE:20240322"),
    ("cancelled", "DTSTART;VALUE=DATE:20240320 DTEND;VALUE=DATE:20240322 STATUS:CANCELLED"),
    ("transparent", "DTSTART;VALUE=DATE:20240320 DTEND;VALUE=DATE:20240322 TRANSP:TRANSPARENT"),
    ("booked hour", "DTSTART:20240320T100000Z DTEND:20240320T110000Z"),
    ("cancelled hour", "DTSTART:20240320T100000Z DTEND:20240320T110000Z STATUS:CANCELLED"),
):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z"]
    text = "\r\n".join([*lines, *event.split(), "END:VEVENT", "END:VCALENDAR", ""])
    read = icalendar.Calendar.from_ical(text).events[0]
    print(f"{name}: icalendar: {read.start} to {read.end}", read.get("STATUS", ""), read.get("TRANSP", ""))
    print("  busy days:", *(f"{start} to {end}" for start, end in pantheon_ical.parse_ical(text)))
    print("  busy slots:", *(f"{start} to {end}" for start, end in pantheon_ical.parse_ical_slots(text)))
END
cat >want <<'END'
booked: icalendar: 2024-03-20 to 2024-03-22  
  busy days: 2024-03-20 to 2024-03-22
  busy slots: 2024-03-20 00:00:00 to 2024-03-22 00:00:00
cancelled: icalendar: 2024-03-20 to 2024-03-22 CANCELLED 
  busy days: 2024-03-20 to 2024-03-22
  busy slots: 2024-03-20 00:00:00 to 2024-03-22 00:00:00
transparent: icalendar: 2024-03-20 to 2024-03-22  TRANSPARENT
  busy days: 2024-03-20 to 2024-03-22
  busy slots: 2024-03-20 00:00:00 to 2024-03-22 00:00:00
booked hour: icalendar: 2024-03-20 10:00:00+00:00 to 2024-03-20 11:00:00+00:00  
  busy days: 2024-03-20 to 2024-03-21
  busy slots: 2024-03-20 10:00:00+00:00 to 2024-03-20 11:00:00+00:00
cancelled hour: icalendar: 2024-03-20 10:00:00+00:00 to 2024-03-20 11:00:00+00:00 CANCELLED 
  busy days: 2024-03-20 to 2024-03-21
  busy slots: 2024-03-20 10:00:00+00:00 to 2024-03-20 11:00:00+00:00
END
v/bin/python p.py >seen
diff want seen || { echo "pantheon-ical-cancelled-is-busy: no longer as recorded" >&2; exit 1; }
echo "pantheon-ical-cancelled-is-busy: as recorded"
