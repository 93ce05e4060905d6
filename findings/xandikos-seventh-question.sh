#!/usr/bin/env bash
# Xandikos, a CalDAV server: asked for the events of a day, it answers right six times, and from the seventh on without the moved one.
# RFC 4791 section 9.9: a recurring event is in a time range if an instance of its recurrence set is, with exceptions (RFC 5545
# sections 3.8.4.4 and 3.8.5); nothing depends on earlier questions.
# Surprise: after a few like questions the store has an index and answers from that, which has one DTSTART for a file and no RDATE,
# EXDATE nor zone of a single event: a moved meeting is on the day it left, an added date is gone, a cancelled one is back,
# the second day of a weekend is free, and an evening in New York lies in UTC's. This is the filter and the store of the
# server's calendar-query, without the web; a new collection begins anew.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'xandikos==0.4.10' 'icalendar==7.3.2' 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import datetime, timezone
from xandikos.icalendar import CalendarFilter, ICalendarFile
from xandikos.store.git import TreeGitStore
def show(title, start, end, *events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", *event.split(), "END:VEVENT"]
    store = TreeGitStore.create(title.replace(" ", "-"))
    store.load_extra_file_handler(ICalendarFile)
    store.import_one("a.ics", "text/calendar", ["\r\n".join([*lines, "END:VCALENDAR", ""]).encode()])
    answers = []
    for _ in range(9):
        asked = CalendarFilter(timezone.utc)
        start_end = (datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=timezone.utc) for text in (start, end))
        asked.filter_subcomponent("VCALENDAR").filter_subcomponent("VEVENT").filter_time_range(*start_end)
        answers.append("yes" if list(store.iter_with_filter(asked)) else "no")
    print(f"{title}:", *answers)
weekly = "DTSTART:20240318T090000Z DTEND:20240318T100000Z RRULE:FREQ=WEEKLY;COUNT=4"
moved = "RECURRENCE-ID:20240325T090000Z DTSTART:20240326T090000Z DTEND:20240326T100000Z"
show("weekly, a Monday", "2024-03-25T00", "2024-03-26T00", weekly)
show("moved to Tuesday, that Tuesday", "2024-03-26T00", "2024-03-27T00", weekly, moved)
show("moved to Tuesday, that Monday", "2024-03-25T00", "2024-03-26T00", weekly, moved)
show("cancelled, that Monday", "2024-03-25T00", "2024-03-26T00", weekly + " EXDATE:20240325T090000Z")
show("added, that Wednesday", "2024-03-27T00", "2024-03-28T00", weekly + " RDATE:20240327T090000Z")
show("two whole days, the second", "2024-03-24T00", "2024-03-25T00", "DTSTART;VALUE=DATE:20240316 DTEND;VALUE=DATE:20240318 RRULE:FREQ=WEEKLY;COUNT=4")
show("22:00 in New York", "2024-03-19T02", "2024-03-19T03", "DTSTART;TZID=America/New_York:20240318T220000 DTEND;TZID=America/New_York:20240318T230000")
show("22:00 in UTC", "2024-03-18T22", "2024-03-18T23", "DTSTART;TZID=America/New_York:20240318T220000 DTEND;TZID=America/New_York:20240318T230000")
END
cat >want <<'END'
weekly, a Monday: yes yes yes yes yes yes yes yes yes
moved to Tuesday, that Tuesday: yes yes yes yes yes yes no no no
moved to Tuesday, that Monday: no no no no no no yes yes yes
cancelled, that Monday: no no no no no no yes yes yes
added, that Wednesday: yes yes yes yes yes yes no no no
two whole days, the second: yes yes yes yes yes yes no no no
22:00 in New York: yes yes yes yes yes yes no no no
22:00 in UTC: no no no no no no yes yes yes
END
v/bin/python p.py >seen
diff want seen || { echo "xandikos-seventh-question: no longer as recorded" >&2; exit 1; }
echo "xandikos-seventh-question: as recorded"
