#!/usr/bin/env bash
# recurrent, English to RRULE: a duration becomes the third day of the year, a yearly date happens once, leap
# years are all years.
# The phrases are of its own kind ("every ...", "annually ..."), and it returns None for what it does not know
# ("quarterly").
# Surprise: "every day for 3 days" has BYYEARDAY=3, which is 3 January and nothing else; "annually on the 4th of
# July" is one date; "every monday except holidays" and "every leap year" lose their last words. "weekdays at
# 5pm starting feb 1" puts BYHOUR beside a DTSTART without a time, which RFC 5545 section 3.3.10 forbids.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurrent==0.4.1' 'parsedatetime==2.6' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >d.py <<'END'
import datetime as D
from dateutil.rrule import rrulestr
from recurrent import RecurringEvent
now = D.datetime(2027, 1, 4, 9, 0)
for text in "every day for 3 days", "annually on the 4th of July", "every year on july 4", "every monday except holidays", "every leap year", "weekdays at 5pm starting feb 1", "quarterly":
    found = RecurringEvent(now_date=now).parse(text)
    print(text, "->", str(found).replace("\n", " | "))
print(*[d.date() for d in rrulestr(RecurringEvent(now_date=now).parse("every day for 3 days"), dtstart=now)[:3]])
END
cat >want <<'END'
every day for 3 days -> RRULE:BYYEARDAY=3;INTERVAL=1;FREQ=DAILY
annually on the 4th of July -> 2027-07-04 09:00:00
every year on july 4 -> RRULE:BYMONTHDAY=4;BYMONTH=7;INTERVAL=1;FREQ=YEARLY
every monday except holidays -> RRULE:BYDAY=MO;INTERVAL=1;FREQ=WEEKLY
every leap year -> RRULE:INTERVAL=1;FREQ=YEARLY
weekdays at 5pm starting feb 1 -> DTSTART:20270201 | RRULE:BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0;INTERVAL=1;FREQ=WEEKLY
quarterly -> None
2028-01-03 2029-01-03 2030-01-03
END
venv/bin/python d.py >seen
diff want seen || { echo "recurrent-english-to-rrule: no longer as recorded" >&2; exit 1; }
echo "recurrent-english-to-rrule: as recorded"
