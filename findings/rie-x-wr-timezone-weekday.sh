#!/usr/bin/env bash
# recurring-ical-events: X-WR-TIMEZONE moves the first date of a weekly series and not its weekday.
# A series in UTC, Sunday 20:00Z, FREQ=WEEKLY;BYDAY=SU, in a calendar with X-WR-TIMEZONE:Asia/Tokyo: each is
# Monday 05:00 in Tokyo.
# Surprise: the start is converted to Monday, BYDAY stays Sunday: the first date comes out right, all others a
# day early (Sunday 05:00 in Tokyo, Saturday 20:00Z), and there are four of COUNT=3. Without the X- property
# each is right. RFC 5545 knows no such property (section 3.8.8.2).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'pytz==2026.2'
cat >d.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
for extra in "", "X-WR-TIMEZONE:Asia/Tokyo\r\n":
    text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n" + extra + "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20240101T000000Z\r\n"
            "DTSTART:20240204T200000Z\r\nDTEND:20240204T210000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=SU;COUNT=3\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, 2, 1), (2024, 3, 10))
    print(extra.strip() or "none", [e["DTSTART"].dt.astimezone(D.timezone.utc).strftime("%a %d %H:%MZ") for e in events])
END
cat >want <<'END'
none ['Sun 04 20:00Z', 'Sun 11 20:00Z', 'Sun 18 20:00Z']
X-WR-TIMEZONE:Asia/Tokyo ['Sun 04 20:00Z', 'Sat 10 20:00Z', 'Sat 17 20:00Z', 'Sat 24 20:00Z']
END
venv/bin/python d.py >seen
diff want seen || { echo "rie-x-wr-timezone-weekday: no longer as recorded" >&2; exit 1; }
echo "rie-x-wr-timezone-weekday: as recorded"
