#!/usr/bin/env bash
# khal: a series that has no end, or a number of times, ends with 2037; one with an UNTIL goes on.
# RFC 5545 section 3.3.10: COUNT is the number of dates, and a rule that has neither COUNT nor UNTIL repeats for ever.
# Surprise: FREQ=YEARLY;COUNT=4 from 2036 has two dates, hours and whole days alike, although its own number bounds it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'khal==0.14.1' 'pytz==2026.2' 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >r.py <<'END'
import datetime as D, logging
import icalendar, pytz
from khal.icalendar import expand
logging.disable()
def series(dtstart, rule):
    text = f"BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20360101T000000Z\r\n{dtstart}\r\nDURATION:PT1H\r\nRRULE:{rule}\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
    if "DATE:" in dtstart:
        text = text.replace("PT1H", "P1D")
    dates = [start for start, _ in expand(icalendar.Event.from_ical(text))]
    last = dates[-1].astimezone(pytz.UTC).strftime("%Y-%m-%d %H:%M UTC") if isinstance(dates[-1], D.datetime) else str(dates[-1])
    print(dtstart.split(":")[0], rule, len(dates), last)
for end in "", ";UNTIL=20400101T000000Z", ";COUNT=30":
    series("DTSTART;TZID=Europe/Berlin:20360706T100000", "FREQ=MONTHLY" + end)
series("DTSTART;TZID=Europe/Berlin:20360706T100000", "FREQ=YEARLY;COUNT=4")
series("DTSTART;VALUE=DATE:20360706", "FREQ=YEARLY")
series("DTSTART;VALUE=DATE:20360706", "FREQ=YEARLY;COUNT=4")
END
cat >want <<'END'
DTSTART;TZID=Europe/Berlin FREQ=MONTHLY 18 2037-12-06 09:00 UTC
DTSTART;TZID=Europe/Berlin FREQ=MONTHLY;UNTIL=20400101T000000Z 42 2039-12-06 09:00 UTC
DTSTART;TZID=Europe/Berlin FREQ=MONTHLY;COUNT=30 18 2037-12-06 09:00 UTC
DTSTART;TZID=Europe/Berlin FREQ=YEARLY;COUNT=4 2 2037-07-06 08:00 UTC
DTSTART;VALUE=DATE FREQ=YEARLY 2 2037-07-06
DTSTART;VALUE=DATE FREQ=YEARLY;COUNT=4 2 2037-07-06
END
venv/bin/python r.py >seen
diff want seen || { echo "khal-year-2038: no longer as recorded" >&2; exit 1; }
echo "khal-year-2038: as recorded"
