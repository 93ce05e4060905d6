#!/usr/bin/env bash
# ical2html: a called-off Monday is on the page, so is one that was moved, and a concert at half past midnight is on the day before.
# EXDATE takes a date out of a series, RDATE adds one, and a VEVENT with RECURRENCE-ID stands in place of its date (RFC 5545
# sections 3.8.5.1, 3.8.5.2, 3.8.4.4).
# Surprise: the page has all dates that the rule makes and only these: an EXDATE of any form and RDATE have no effect, a moved
# meeting is there twice, one of STATUS:CANCELLED as if it took place. With -z the hours are those of the zone, and the day is
# still UTC's, so 00:30 in Berlin stands under the day before and 21:00 in New York under the next; if the day of the former has a
# whole-day event too, neither that hour nor anything after it is on the page. libical, which it uses, has the days right.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ical2html=3.0-1' 'libical3=3.0.16-1+b1' 'libicu72=72.1-3+deb12u1' 2>/dev/null || { echo "Debian 12's ical2html is missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu*)
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'tzdata==2026.1'
cat >p.py <<'END'
import re
import subprocess
from datetime import datetime
from zoneinfo import ZoneInfo
import icalendar
import recurring_ical_events
def zone(name, winter, summer, first_winter, first_summer):
    parts = (("STANDARD", summer, winter, first_winter), ("DAYLIGHT", winter, summer, first_summer))
    lines = [line for kind, before, after, start in parts for line in (
        f"BEGIN:{kind}", f"DTSTART:{start[0]}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"RRULE:FREQ=YEARLY;{start[1]}", f"END:{kind}")]
    return ["BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE"]
ZONES = [
    *zone("Europe/Berlin", "+0100", "+0200", ("19961027T030000", "BYMONTH=10;BYDAY=-1SU"), ("19810329T020000", "BYMONTH=3;BYDAY=-1SU")),
    *zone("America/New_York", "-0500", "-0400", ("20071104T020000", "BYMONTH=11;BYDAY=1SU"), ("20070311T020000", "BYMONTH=3;BYDAY=2SU")),
]
def show(title, place, *events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *ZONES]
    for event in events:
        uid = [] if "UID:" in event else ["UID:a@example.org"]
        lines += ["BEGIN:VEVENT", *uid, "DTSTAMP:20240101T000000Z", "SUMMARY:Talk", *event.split(), "END:VEVENT"]
    text = "\r\n".join([*lines, "END:VCALENDAR", ""])
    page = subprocess.run(["deb/usr/bin/ical2html", "-z", place, "20240301", "P5W"], input=text.encode(), capture_output=True, check=True).stdout.decode()
    seen = [f"{int(day):02} {hour}" for day, cell in re.findall(r'class="date">([0-9]+)</p>(.*?)</td>', page, re.DOTALL) for hour in re.findall(r'dtstart"\s+title="[^"]*">([0-9:]{5})<', cell)]
    here = ZoneInfo(place)
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(datetime(2024, 3, 1, tzinfo=here), datetime(2024, 4, 5, tzinfo=here))
    right = sorted(f"{event['DTSTART'].dt.astimezone(here):%d %H:%M}" + (" cancelled" if event.get("STATUS") else "") for event in found if isinstance(event["DTSTART"].dt, datetime))
    print(f"{title}: ical2html {', '.join(seen) or 'nothing'} | recurring-ical-events {', '.join(right)}")
weekly = "DTSTART;TZID=Europe/Berlin:20240304T100000 DTEND;TZID=Europe/Berlin:20240304T110000 RRULE:FREQ=WEEKLY;COUNT=3"
show("each Monday, three times", "Europe/Berlin", weekly)
show("without the 11th", "Europe/Berlin", weekly + " EXDATE;TZID=Europe/Berlin:20240311T100000")
show("without the 11th, in UTC", "Europe/Berlin", weekly + " EXDATE:20240311T090000Z")
show("and Wednesday the 13th", "Europe/Berlin", weekly + " RDATE;TZID=Europe/Berlin:20240313T100000")
moved = "RECURRENCE-ID;TZID=Europe/Berlin:20240311T100000 DTSTART;TZID=Europe/Berlin:20240312T150000 DTEND;TZID=Europe/Berlin:20240312T160000"
show("the 11th moved to the 12th", "Europe/Berlin", weekly, moved)
show("called off", "Europe/Berlin", "DTSTART:20240312T090000Z DTEND:20240312T100000Z STATUS:CANCELLED")
show("half past midnight on the 12th", "Europe/Berlin", "DTSTART;TZID=Europe/Berlin:20240312T003000 DTEND;TZID=Europe/Berlin:20240312T013000")
show("21:00 on the 12th", "America/New_York", "DTSTART;TZID=America/New_York:20240312T210000 DTEND;TZID=America/New_York:20240312T220000")
whole, night, later = "UID:b DTSTART;VALUE=DATE:20240312", "UID:c DTSTART:20240311T233000Z DTEND:20240312T003000Z", "UID:d DTSTART:20240320T090000Z DTEND:20240320T100000Z"
show("half past midnight, and on the 20th", "Europe/Berlin", night, later)
show("the same beside a whole day, the 12th", "Europe/Berlin", whole, night, later)
END
cat >want <<'END'
each Monday, three times: ical2html 04 10:00, 11 10:00, 18 10:00 | recurring-ical-events 04 10:00, 11 10:00, 18 10:00
without the 11th: ical2html 04 10:00, 11 10:00, 18 10:00 | recurring-ical-events 04 10:00, 18 10:00
without the 11th, in UTC: ical2html 04 10:00, 11 10:00, 18 10:00 | recurring-ical-events 04 10:00, 18 10:00
and Wednesday the 13th: ical2html 04 10:00, 11 10:00, 18 10:00 | recurring-ical-events 04 10:00, 11 10:00, 13 10:00, 18 10:00
the 11th moved to the 12th: ical2html 04 10:00, 11 10:00, 12 15:00, 18 10:00 | recurring-ical-events 04 10:00, 12 15:00, 18 10:00
called off: ical2html 12 10:00 | recurring-ical-events 12 10:00 cancelled
half past midnight on the 12th: ical2html 11 00:30 | recurring-ical-events 12 00:30
21:00 on the 12th: ical2html 13 21:00 | recurring-ical-events 12 21:00
half past midnight, and on the 20th: ical2html 11 00:30, 20 10:00 | recurring-ical-events 12 00:30, 20 10:00
the same beside a whole day, the 12th: ical2html nothing | recurring-ical-events 12 00:30, 20 10:00
END
v/bin/python p.py >seen
diff want seen || { echo "ical2html-days: no longer as recorded" >&2; exit 1; }
echo "ical2html-days: as recorded"
