#!/usr/bin/env bash
# rrule-humanize and rrule34 (Python), RRULE to English: "the last Friday of the month" is "every month", or "every month on Friday".
# RFC 5545 section 3.3.10: BYDAY=-1FR in a monthly rule is the month's last Friday, BYMONTHDAY=-1 its last day.
# Surprise: rrule-humanize, which says that it supports all parts of a rule, leaves every weekday with a number out and every
# day counted from the end, so four different rules are "Every month"; rrule34 leaves the number out, and hours too. The dates,
# by python-dateutil, stand beside the words.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'rrule-humanize==0.1.0' 'rrule34==1.0.0' 'python-dateutil==2.9.0.post0' 'babel==2.19.0'
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
from rrule34.formatting import format_rrule
from rrule_humanize import humanize
for rule in (
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=2MO,-2MO",
    "FREQ=MONTHLY;BYDAY=5FR",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=MONTHLY;BYDAY=FR",
):
    dates = rrulestr(rule, dtstart=datetime(2024, 1, 1, 9))
    print(rule, "|", *(f"{date:%m-%d}" for date in islice(dates, 3)))
    print("  rrule-humanize:", humanize(rule))
    print("  rrule34:", format_rrule(dates, "en_US"))
END
cat >want <<'END'
FREQ=MONTHLY;BYDAY=-1FR | 01-26 02-23 03-29
  rrule-humanize: Every month
  rrule34: Every month on Friday
FREQ=MONTHLY;BYDAY=2MO,-2MO | 01-08 01-22 02-12
  rrule-humanize: Every month
  rrule34: Every month on Monday and Monday
FREQ=MONTHLY;BYDAY=5FR | 03-29 05-31 08-30
  rrule-humanize: Every month
  rrule34: Every month on Friday
FREQ=MONTHLY;BYMONTHDAY=-1 | 01-31 02-29 03-31
  rrule-humanize: Every month
  rrule34: Every month the -1 of month
FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU | 03-31 03-30 03-29
  rrule-humanize: Every year, in March
  rrule34: Every year on March on Sunday
FREQ=YEARLY;BYDAY=20MO | 05-13 05-19 05-18
  rrule-humanize: Every year
  rrule34: Every year on Monday
FREQ=DAILY;BYHOUR=9,17 | 01-01 01-01 01-02
  rrule-humanize: Every day, at 09:00 and 17:00
  rrule34: Every day
FREQ=MONTHLY;BYDAY=FR | 01-05 01-12 01-19
  rrule-humanize: Every month, on Friday
  rrule34: Every month on Friday
END
v/bin/python p.py >seen
diff want seen || { echo "english-rules-lose-numbers: no longer as recorded" >&2; exit 1; }
echo "english-rules-lose-numbers: as recorded"
