#!/usr/bin/env bash
# recurring-ical-events: one rule of RFC 7529 takes every event of the calendar away.
# RSCALE=GREGORIAN;SKIP=FORWARD (RFC 7529 section 4.1) is valid; a reader without it may leave that event out.
# Surprise: between() raises BadRuleStringFormat for the whole calendar, the plain event included; only
# skip_bad_series=True gives the rest.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'pytz==2026.2'
cat >d.py <<'END'
import icalendar, recurring_ical_events
TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:plain@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240201T090000Z
SUMMARY:plain
END:VEVENT
BEGIN:VEVENT
UID:leap@example.org
DTSTAMP:20240101T000000Z
DTSTART;VALUE=DATE:20240229
RRULE:RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=3
SUMMARY:leap
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
calendar = icalendar.Calendar.from_ical(TEXT)
for options in {}, {"skip_bad_series": True}:
    try:
        print(options, [str(e["SUMMARY"]) for e in recurring_ical_events.of(calendar, **options).between((2024, 1, 1), (2026, 12, 31))])
    except Exception as error:
        print(options, type(error).__name__)
END
cat >want <<'END'
{} BadRuleStringFormat
{'skip_bad_series': True} ['plain']
END
venv/bin/python d.py >seen
diff want seen || { echo "rie-rscale-empties-calendar: no longer as recorded" >&2; exit 1; }
echo "rie-rscale-empties-calendar: as recorded"
