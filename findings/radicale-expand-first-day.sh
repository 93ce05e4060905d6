#!/usr/bin/env bash
# Radicale, a CalDAV server: a whole day of today is found, and expanded to nothing; a moved meeting is on the day that it left.
# RFC 4791 section 9.6.5: an expanded answer has the instances that intersect the range, by the logic of the time-range filter
# (section 9.9: a whole day without an end lasts one day), and no RRULE, RDATE nor EXDATE.
# Surprise: a series of whole days without DTEND, a birthday, lasts no time in the expansion, so the one on the range's first day
# is left out, in a question for one day the only one; with DTEND or DURATION it is there. The filter for the same range says
# no for a meeting that was moved away, and the expansion returns it. An added date (RDATE) of an event without a rule comes
# unexpanded. The server is called by its WSGI interface.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'Radicale==3.9.0' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >p.py <<'END'
import base64
import io
import re
import sys
from radicale import Application, config
settings = config.load()
options = {"auth": {"type": "none"}, "storage": {"filesystem_folder": "store"}, "logging": {"level": "critical"}}
settings.update(options, "test", privileged=True)
server = Application(settings)
def call(method, path, body="", **fields):
    given = io.BytesIO(body.encode())
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "wsgi.input": given, "wsgi.errors": sys.stderr}
    environ |= {"CONTENT_LENGTH": str(len(body)), "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1"}
    environ |= {"wsgi.url_scheme": "http", "HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"a:a").decode(), **fields}
    return b"".join(server(environ, lambda *status: None)).decode()
def ask(start, end, data):
    times = f'start="{start}T000000Z" end="{end}T000000Z"'
    wanted = f"<c:calendar-data><c:expand {times}/></c:calendar-data>" if data else "<d:getetag/>"
    events = f'<c:comp-filter name="VEVENT"><c:time-range {times}/></c:comp-filter>'
    body = f'<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>{wanted}</d:prop><c:filter><c:comp-filter name="VCALENDAR">{events}</c:comp-filter></c:filter></c:calendar-query>'
    return call("REPORT", "/a/c/", body, HTTP_DEPTH="1")
def show(title, start, end, *events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", *event.split(), "END:VEVENT"]
    call("PUT", "/a/c/a.ics", "\r\n".join([*lines, "END:VCALENDAR", ""]), CONTENT_TYPE="text/calendar")
    found = "found" if "a.ics" in ask(start, end, False) else "not found"
    print(f"{title}, {start} to {end}: {found} | expanded:", *re.findall(r"^(?:DTSTART|RDATE)[^\r&\n]*", ask(start, end, True), re.MULTILINE))
call("MKCALENDAR", "/a/c/")
birthday = "DTSTART;VALUE=DATE:20240318 RRULE:FREQ=YEARLY;COUNT=3"
meeting = "DTSTART:20240318T090000Z DTEND:20240318T100000Z "
moved = "RECURRENCE-ID:20240325T090000Z DTSTART:20240326T090000Z DTEND:20240326T100000Z"
show("birthday", "20240318", "20240319", birthday)
show("birthday", "20240317", "20240319", birthday)
show("birthday", "20240318", "20260401", birthday)
show("birthday with DTEND", "20240318", "20240319", birthday + " DTEND;VALUE=DATE:20240319")
show("moved to Tuesday", "20240325", "20240326", meeting + "RRULE:FREQ=WEEKLY;COUNT=3", moved)
show("moved to Tuesday", "20240326", "20240327", meeting + "RRULE:FREQ=WEEKLY;COUNT=3", moved)
show("added without a rule", "20240318", "20240401", meeting + "RDATE:20240327T090000Z")
show("added without a rule", "20240327", "20240328", meeting + "RDATE:20240327T090000Z")
END
cat >want <<'END'
birthday, 20240318 to 20240319: found | expanded:
birthday, 20240317 to 20240319: found | expanded: DTSTART;VALUE=DATE:20240318
birthday, 20240318 to 20260401: found | expanded: DTSTART;VALUE=DATE:20250318 DTSTART;VALUE=DATE:20260318
birthday with DTEND, 20240318 to 20240319: found | expanded: DTSTART;VALUE=DATE:20240318
moved to Tuesday, 20240325 to 20240326: not found | expanded: DTSTART:20240326T090000Z
moved to Tuesday, 20240326 to 20240327: found | expanded: DTSTART:20240326T090000Z
added without a rule, 20240318 to 20240401: found | expanded: DTSTART:20240318T090000Z RDATE:20240327T090000Z
added without a rule, 20240327 to 20240328: found | expanded:
END
v/bin/python p.py >seen 2>log
diff want seen || { echo "radicale-expand-first-day: no longer as recorded" >&2; exit 1; }
echo "radicale-expand-first-day: as recorded"
