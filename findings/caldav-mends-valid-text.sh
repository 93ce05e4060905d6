#!/usr/bin/env bash
# caldav (Python): "COMPLETED:3 of 5" in a title becomes noon, and a quoted folder loses its last backslash, in events as they come
# from the server.
# RFC 5545 section 3.3.11: a text may have any colon and quotation mark as they are, and \\ is a backslash; nothing here is to be
# mended. The library mends known faults of servers in what it reads, among them COMPLETED with a date alone.
# Surprise: it looks for COMPLETED: followed by digits anywhere in a line, so "3 of 5" becomes "3T120000Z of 5" in a title or a
# description, and takes all backslashes before a quotation mark away. The next save would write it so. Read with icalendar, the
# same lines are as they were.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'caldav==3.6.0' 'icalendar==7.3.2' 'icalendar-searcher==1.3.0' 'recurring-ical-events==3.8.2' 'tzdata==2026.1'
cat >d.py <<'END'
import icalendar
from caldav import Event
lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z"]
lines += ["DTSTART:20240108T090000Z", "SUMMARY:COMPLETED:3 of 5", r'DESCRIPTION:The folder is "C:\\plans\\".', "END:VEVENT", "END:VCALENDAR", ""]
text = "\r\n".join(lines)
for name, event in ("icalendar", icalendar.Calendar.from_ical(text).events[0]), ("caldav", Event(data=text).icalendar_component):
    print(name, "|", event["SUMMARY"], "|", event["DESCRIPTION"])
END
cat >want <<'END'
icalendar | COMPLETED:3 of 5 | The folder is "C:\plans\".
caldav | COMPLETED:3T120000Z of 5 | The folder is "C:\plans".
END
{
  v/bin/python d.py 2>/dev/null
} >seen
diff want seen || { echo "caldav-mends-valid-text: no longer as recorded" >&2; exit 1; }
echo "caldav-mends-valid-text: as recorded"
