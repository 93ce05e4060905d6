#!/usr/bin/env bash
# calendar-link (Python): "add to calendar" for 19:00 in Berlin adds 21:00 in Google and Yahoo, a whole day 24 hours from 2:00, and the link to Outlook has no event.
# RFC 5545 section 3.3.5, form 2, which these links use: a Z behind an hour says UTC. RFC 3986 section 3.4: the query of an address
# begins with a question mark. The page has "Support for timezone handling"; the file that it writes, with TZID and with
# VALUE=DATE, is right.
# Surprise: in the links of Google and Yahoo the local hour gets a Z and the zone is not told; all_day changes the file alone. The
# address of Outlook and Microsoft 365 goes on with "path=" behind a slash, so title and hours are part of a path that
# is asked of the server; and it has no zone, either. The addresses are not opened here.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'calendar-link==0.3.0' 'ical==14.3.1' 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from calendar_link import CalendarEvent, CalendarGenerator
generator = CalendarGenerator()
def show(title, **event):
    made = CalendarEvent(title="Choir", timezone="Europe/Berlin", **event)
    print(title)
    print("  file:", *(line for line in generator.generate_ics(made).splitlines() if line.startswith(("DTSTART", "DTEND"))))
    for service in "google", "yahoo", "outlook", "office365":
        address = urlsplit(generator.generate_link(made, service))
        query = parse_qs(address.query)
        print(f"  {service}:", query.get("dates") or (query.get("st"), query.get("et")) if query else f"no query, path {address.path[:60]}")
show("19:00 in Berlin", start_time=datetime(2024, 5, 8, 19), end_time=datetime(2024, 5, 8, 21))
show("a whole day", start_time=datetime(2024, 5, 8), end_time=datetime(2024, 5, 9), all_day=True)
END
cat >want <<'END'
19:00 in Berlin
  file: DTSTART;TZID=Europe/Berlin:20240508T190000 DTEND;TZID=Europe/Berlin:20240508T210000
  google: ['20240508T190000Z/20240508T210000Z']
  yahoo: (['20240508T190000Z'], ['20240508T210000Z'])
  outlook: no query, path /calendar/0/path=%2Fcalendar%2Faction%2Fcompose&rru=addevent
  office365: no query, path /calendar/0/path=%2Fcalendar%2Faction%2Fcompose&rru=addevent
a whole day
  file: DTSTART;VALUE=DATE:20240508 DTEND;VALUE=DATE:20240509
  google: ['20240508T000000Z/20240509T000000Z']
  yahoo: (['20240508T000000Z'], ['20240509T000000Z'])
  outlook: no query, path /calendar/0/path=%2Fcalendar%2Faction%2Fcompose&rru=addevent
  office365: no query, path /calendar/0/path=%2Fcalendar%2Faction%2Fcompose&rru=addevent
END
v/bin/python p.py >seen
diff want seen || { echo "calendar-link-py-seven-in-berlin: no longer as recorded" >&2; exit 1; }
echo "calendar-link-py-seven-in-berlin: as recorded"
