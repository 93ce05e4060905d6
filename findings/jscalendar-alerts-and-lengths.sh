#!/usr/bin/env bash
# calendaring-jmap (Python), JSCalendar: alerts of RFC 8984 are an error and its own are text, a night shift lasts an hour more,
# an added date is gone, and a leap month of the Hebrew calendar is May.
# RFC 8984 section 4.5.2: "trigger" of an Alert is an OffsetTrigger or an AbsoluteTrigger, an object; 1.4.6: hours of a duration
# are exact, so 22:00 to 06:00 over the night of 2024-03-31 in Berlin is PT7H; 4.3.5: an override of {} adds a date;
# 4.3.3: byMonth "5L" goes with rscale. RFC 5545 section 3.8.6.3: a trigger that is a moment has VALUE=DATE-TIME.
# Surprise: the converters that go to and from a JMAP server agree with each other, so a round trip keeps the alert (the
# moment without its VALUE) as long as no other program has written it. RSCALE and SKIP of RFC 7529 are left out silently.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'calendaring-jmap==1.1.0' 'icalendar==7.3.2' 'tzdata==2026.1'
cat >p.py <<'END'
from calendaring_jmap.convert import ical_to_jscal, jscal_to_ical
def to_jscal(*lines):
    return ical_to_jscal("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20240101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""]))
def to_ical(**fields):
    event = {"@type": "Event", "uid": "1@example.org", "updated": "2024-01-01T00:00:00Z", "title": "Meeting", "start": "2024-01-08T09:00:00", "timeZone": "Europe/Berlin"}
    return jscal_to_ical({**event, **fields})
alarms = to_jscal("DTSTART:20240108T090000Z", *(line for trigger in ("TRIGGER:-PT15M", "TRIGGER;VALUE=DATE-TIME:20240108T080000Z") for line in ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", trigger, "END:VALARM")))
for alert in alarms["alerts"].values():
    print("to JSCalendar:", alert)
print("and back:", *(line for line in jscal_to_ical(alarms).splitlines() if line.startswith("TRIGGER")))
try:
    to_ical(alerts={"1": {"@type": "Alert", "trigger": {"@type": "OffsetTrigger", "offset": "-PT15M"}}})
except AttributeError as error:
    print("an OffsetTrigger:", error)
print("22:00 to 06:00:", to_jscal("DTSTART;TZID=Europe/Berlin:20240330T220000", "DTEND;TZID=Europe/Berlin:20240331T060000")["duration"])
print("an added date:", to_jscal("DTSTART:20240108T090000Z", "RDATE:20240120T090000Z").get("recurrenceOverrides"))
rule = {"@type": "RecurrenceRule", "frequency": "yearly", "rscale": "hebrew", "byMonth": ["5L"], "byMonthDay": [1], "skip": "forward"}
print("1 Adar I:", *(line for line in to_ical(recurrenceRules=[rule]).splitlines() if line.startswith("RRULE")))
END
cat >want <<'END'
to JSCalendar: {'action': 'display', 'trigger': '-PT15M', 'description': 'x'}
to JSCalendar: {'action': 'display', 'trigger': '2024-01-08T08:00:00Z', 'description': 'x'}
and back: TRIGGER:-PT15M TRIGGER:20240108T080000Z
an OffsetTrigger: 'dict' object has no attribute 'endswith'
22:00 to 06:00: PT8H
an added date: None
1 Adar I: RRULE:FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=5
END
{
  v/bin/python p.py
} >seen
diff want seen || { echo "jscalendar-alerts-and-lengths: no longer as recorded" >&2; exit 1; }
echo "jscalendar-alerts-and-lengths: as recorded"
