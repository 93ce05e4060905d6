#!/usr/bin/env bash
# notifical (Python): one whole day or one event without an end in the feed, and none of its events is announced; of a weekly meeting only the first date is.
# RFC 5545 section 3.6.1: DTSTART may be a date, and DTEND may be left out; section 3.3.5: an hour may have no zone; section 3.8.5.3: RRULE
# gives the other dates. "To daemonize the firing of events, scripts or webhooks based on ical feeds", says its page.
# Surprise: the moment of each event is compared with now, which is a TypeError for a date and for a floating hour, and a trigger
# at the end is a KeyError where there is no DTEND; it is raised for the feed, and ends the loop. Series are not expanded, so
# the second date of a weekly meeting is never due, though the moved one is. The feed is read from the loopback, and its clock
# is set to an hour at which the event is a minute away.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'notifical==0.2.0' 'icalendar==5.0.14' 'requests==2.32.5' 'freezegun==1.5.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'tzdata==2026.1'
cat >p.py <<'END'
import asyncio
import contextlib
import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from freezegun import freeze_time
from notifical import feed
from notifical.daemon import EventLoop
served = b""
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(served)
    def log_message(self, *arguments):
        pass
server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/a.ics"
talk = ["DTSTART:20240508T180000Z", "DTEND:20240508T190000Z"]
def show(title, now, trigger, *events):
    global served
    lines = [line for at, event in enumerate(events) for line in ("BEGIN:VEVENT", f"UID:{at}@example.org", "DTSTAMP:20240101T000000Z", "SUMMARY:x", *event, "END:VEVENT")]
    served = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *lines, "END:VCALENDAR", ""]).encode()
    async def run():
        watched = feed.Feed(url, [trigger()])
        return await EventLoop(watched)._schedule_near_events([])
    with freeze_time(now, ignore=["http", "socketserver", "threading", "asyncio"]), contextlib.redirect_stdout(io.StringIO()):
        try:
            found = f"{len(asyncio.run(run()))} announced"
        except (TypeError, KeyError) as error:
            found = type(error).__name__
    print(f"{title}: {found}")
start, end = feed.EventStartTrigger, feed.EventEndTrigger
show("talk in UTC", "2024-05-08 17:59", start, talk)
show("talk, and a whole day in June", "2024-05-08 17:59", start, talk, ["DTSTART;VALUE=DATE:20240601"])
show("talk, and a floating hour in June", "2024-05-08 17:59", start, talk, ["DTSTART:20240601T090000"])
show("end of the talk", "2024-05-08 18:59", end, talk)
show("end of the talk, and an event without one in June", "2024-05-08 18:59", end, talk, ["DTSTART:20240601T090000Z"])
show("weekly talk, first date", "2024-05-08 17:59", start, [*talk, "RRULE:FREQ=WEEKLY"])
show("weekly talk, second date", "2024-05-15 17:59", start, [*talk, "RRULE:FREQ=WEEKLY"])
server.shutdown()
END
cat >want <<'END'
talk in UTC: 1 announced
talk, and a whole day in June: TypeError
talk, and a floating hour in June: TypeError
end of the talk: 1 announced
end of the talk, and an event without one in June: KeyError
weekly talk, first date: 1 announced
weekly talk, second date: 0 announced
END
v/bin/python p.py >seen
diff want seen || { echo "notifical-whole-day-silences-all: no longer as recorded" >&2; exit 1; }
echo "notifical-whole-day-silences-all: as recorded"
