#!/usr/bin/env bash
# pical (Python): the last Friday of the month comes every second month, and the 1st, 100th and last day of the year are New Year's
# Day, three times.
# RFC 5545 section 3.3.10: BYDAY and BYMONTHDAY in a monthly rule, BYYEARDAY and BYMONTH in a yearly one make dates of each month or
# year; a date that does not exist is ignored.
# Surprise: a step of a month goes on from the date that was found, so from 26 January February is left out, then April and June; with
# a 31st, or the 30th beside the 15th, it is a ValueError; January and March of each year are January only; BYWEEKNO is an
# UnboundLocalError. Weeks, WKST, "20MO" and Friday the 13th are right. python-dateutil is beside it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'pical==0.3' 'pytz==2026.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >r.py <<'END'
import itertools
import pical
from dateutil.rrule import rrulestr
def show(start, rule):
    print(start, rule)
    for name, dates in ("dateutil", lambda: rrulestr(f"DTSTART:{start}T090000\nRRULE:{rule}")), ("pical", lambda: pical.Recur.parse(rule, None).expand(pical.DateTime.parse(start + "T090000", None))):
        try:
            print(" ", name, *(f"{date:%y-%m-%d}" for date in itertools.islice(dates(), 6)))
        except Exception as error:
            print(" ", name, type(error).__name__)
for line in """20240126 FREQ=MONTHLY;BYDAY=-1FR
20240129 FREQ=MONTHLY;BYMONTHDAY=-3
20240101 FREQ=YEARLY;BYYEARDAY=1,100,-1
20240101 FREQ=YEARLY;BYMONTH=1,3
20240115 FREQ=MONTHLY;BYMONTHDAY=15,30
20240131 FREQ=MONTHLY
20240513 FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO
20240513 FREQ=YEARLY;BYDAY=20MO
20240102 FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU
20240913 FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13""".splitlines():
    show(*line.split())
END
cat >want <<'END'
20240126 FREQ=MONTHLY;BYDAY=-1FR
  dateutil 24-01-26 24-02-23 24-03-29 24-04-26 24-05-31 24-06-28
  pical 24-01-26 24-03-29 24-05-31 24-07-26 24-09-27 24-11-29
20240129 FREQ=MONTHLY;BYMONTHDAY=-3
  dateutil 24-01-29 24-02-27 24-03-29 24-04-28 24-05-29 24-06-28
  pical 24-01-29 24-03-29 24-05-29 24-07-29 24-09-28 24-11-28
20240101 FREQ=YEARLY;BYYEARDAY=1,100,-1
  dateutil 24-01-01 24-04-09 24-12-31 25-01-01 25-04-10 25-12-31
  pical 24-01-01 24-01-01 24-01-01 25-01-01 25-01-01 25-01-01
20240101 FREQ=YEARLY;BYMONTH=1,3
  dateutil 24-01-01 24-03-01 25-01-01 25-03-01 26-01-01 26-03-01
  pical 24-01-01 25-01-01 26-01-01 27-01-01 28-01-01 29-01-01
20240115 FREQ=MONTHLY;BYMONTHDAY=15,30
  dateutil 24-01-15 24-01-30 24-02-15 24-03-15 24-03-30 24-04-15
  pical ValueError
20240131 FREQ=MONTHLY
  dateutil 24-01-31 24-03-31 24-05-31 24-07-31 24-08-31 24-10-31
  pical ValueError
20240513 FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO
  dateutil 24-05-13 25-05-12 26-05-11 27-05-17 28-05-15 29-05-14
  pical UnboundLocalError
20240513 FREQ=YEARLY;BYDAY=20MO
  dateutil 24-05-13 25-05-19 26-05-18 27-05-17 28-05-15 29-05-14
  pical 24-05-13 25-05-19 26-05-18 27-05-17 28-05-15 29-05-14
20240102 FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU
  dateutil 24-01-02 24-01-14 24-01-16 24-01-28 24-01-30 24-02-11
  pical 24-01-02 24-01-14 24-01-16 24-01-28 24-01-30 24-02-11
20240913 FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13
  dateutil 24-09-13 24-12-13 25-06-13 26-02-13 26-03-13 26-11-13
  pical 24-09-13 24-12-13 25-06-13 26-02-13 26-03-13 26-11-13
END
venv/bin/python r.py >seen
diff want seen || { echo "pical-last-friday: no longer as recorded" >&2; exit 1; }
echo "pical-last-friday: as recorded"
