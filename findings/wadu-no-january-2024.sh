#!/usr/bin/env bash
# wadu: the first Friday of each month, its README's own example, has no January in 2018, 2024 and 2029.
# RFC 5545 section 3.3.10: BYDAY=1FR of a monthly rule is the first Friday of each month, and -1FR the last; a date that two parts
# name is in the set once, and COUNT counts dates of the set.
# Surprise: in the years that begin with a Monday no numbered weekday of January is found, whichever number, so a rule that begins
# there is a month late. The 30th and the last day of April are one day, which comes twice and counts twice. python-dateutil has each
# date, once.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'wadu==0.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
from wadu import FRIDAY, MONTHLY, TUESDAY, RecurrenceRule

def days(dates, number=60):
    return [f"{date:%F}" for date in islice(dates, number)]

start = datetime(2017, 1, 1, 9)
ours = set(days(RecurrenceRule(MONTHLY, on_week_days=(FRIDAY(1),)).iterate_from(start), 160))
theirs = days(rrulestr("FREQ=MONTHLY;BYDAY=1FR", dtstart=start), 150)
print("first Fridays from January 2017 that wadu lacks:", *(day for day in theirs if day not in ours))
for name, rule, text in (
    ("second Tuesday, 3 times", RecurrenceRule(MONTHLY, count=3, on_week_days=(TUESDAY(2),)), "FREQ=MONTHLY;COUNT=3;BYDAY=2TU"),
    ("last Friday, 3 times", RecurrenceRule(MONTHLY, count=3, on_week_days=(FRIDAY(-1),)), "FREQ=MONTHLY;COUNT=3;BYDAY=-1FR"),
    ("30th and last day, 8 times", RecurrenceRule(MONTHLY, count=8, on_month_days=(30, -1)), "FREQ=MONTHLY;COUNT=8;BYMONTHDAY=30,-1"),
):
    start = datetime(2024, 1, 1, 9)
    print(f"{name}: wadu", *days(rule.iterate_from(start)))
    print(f"{name}: dateutil", *days(rrulestr(text, dtstart=start)))
END
cat >want <<'END'
first Fridays from January 2017 that wadu lacks: 2018-01-05 2024-01-05 2029-01-05
second Tuesday, 3 times: wadu 2024-02-13 2024-03-12 2024-04-09
second Tuesday, 3 times: dateutil 2024-01-09 2024-02-13 2024-03-12
last Friday, 3 times: wadu 2024-02-23 2024-03-29 2024-04-26
last Friday, 3 times: dateutil 2024-01-26 2024-02-23 2024-03-29
30th and last day, 8 times: wadu 2024-01-30 2024-01-31 2024-02-29 2024-03-30 2024-03-31 2024-04-30 2024-04-30 2024-05-30
30th and last day, 8 times: dateutil 2024-01-30 2024-01-31 2024-02-29 2024-03-30 2024-03-31 2024-04-30 2024-05-30 2024-05-31
END
v/bin/python p.py >seen
diff want seen || { echo "wadu-no-january-2024: no longer as recorded" >&2; exit 1; }
echo "wadu-no-january-2024: as recorded"
