#!/usr/bin/env bash
# APScheduler: "every second week" fires two weeks in a row at the end of a year of 53 weeks.
# CronTrigger(week="*/2", day_of_week="mon") counts ISO weeks 1, 3, 5, ..., 53; week 53 of 2026 is followed by
# week 1 of 2027.
# Surprise: Monday 28 December 2026 and Monday 4 January 2027. A rule FREQ=WEEKLY;INTERVAL=2 has no such pair
# (RFC 5545 section 3.3.10: INTERVAL counts from DTSTART).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'apscheduler==3.11.3' 'tzlocal==5.4.5' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
cat >d.py <<'END'
import datetime as D
from apscheduler.triggers.cron import CronTrigger
from dateutil.rrule import rrulestr
trigger, last, out = CronTrigger(week="*/2", day_of_week="mon", timezone="UTC"), None, []
now = D.datetime(2026, 12, 1, tzinfo=D.timezone.utc)
for _ in range(4):
    last = now = trigger.get_next_fire_time(last, now)
    out.append(str(now.date()))
    now += D.timedelta(seconds=1)
print("APScheduler", *out)
print("RRULE", *[d.date() for d in rrulestr("DTSTART:20261130T000000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4")])
END
cat >want <<'END'
APScheduler 2026-12-14 2026-12-28 2027-01-04 2027-01-18
RRULE 2026-11-30 2026-12-14 2026-12-28 2027-01-11
END
venv/bin/python d.py >seen
diff want seen || { echo "apscheduler-fortnight-after-week-53: no longer as recorded" >&2; exit 1; }
echo "apscheduler-fortnight-after-week-53: as recorded"
