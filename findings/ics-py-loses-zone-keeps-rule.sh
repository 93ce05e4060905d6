#!/usr/bin/env bash
# ics (Python): reading and writing a calendar turns a weekly meeting at 10:00 in Berlin into one at 08:00 UTC
# all the year.
# DTSTART with TZID keeps the local hour over the change of clocks (RFC 5545 section 3.3.10); RRULE is kept, the
# zone is not.
# Surprise: the first date is the same moment, so nothing shows until October, when each meeting is at 09:00 in
# Berlin.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'ics==0.7.3' 'arrow==1.4.0' 'TatSu==5.15.1' 'attrs==26.1.0' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
cat >d.py <<'END'
import ics, re
TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART;TZID=Europe/Berlin:20210907T100000
RRULE:FREQ=WEEKLY;COUNT=20
SUMMARY:x
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
out = ics.Calendar(TEXT).serialize() if hasattr(ics.Calendar, "serialize") else str(ics.Calendar(TEXT))
event = out[out.index("BEGIN:VEVENT"):]
print(*re.findall(r"(?m)^(?:DTSTART|RRULE).*\S", event), sep="\n")
END
cat >want <<'END'
RRULE:FREQ=WEEKLY;COUNT=20
DTSTART:20210907T080000Z
END
venv/bin/python d.py >seen
diff want seen || { echo "ics-py-loses-zone-keeps-rule: no longer as recorded" >&2; exit 1; }
echo "ics-py-loses-zone-keeps-rule: as recorded"
