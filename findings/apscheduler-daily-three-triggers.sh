#!/usr/bin/env bash
# APScheduler: three triggers for "daily at 02:30 in Berlin", three readings of the two nights the clocks
# change.
# In spring (2021-03-28) 02:30 does not exist, in autumn (2021-10-31) it exists twice.
# Surprise: CronTrigger gives 02:30+01:00, which is 03:30 on the clock and not a time of its own kind, and fires
# twice in autumn; CalendarIntervalTrigger has no run in spring and one in autumn; IntervalTrigger(days=1) moves
# to 03:30 and stays there all summer. RFC 5545 section 3.3.5 would have 03:30+02:00 for one day and the first
# 02:30 in autumn.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'apscheduler==3.11.3' 'tzlocal==5.4.5' 'tzdata==2026.1'
cat >d.py <<'END'
import datetime as D
from zoneinfo import ZoneInfo
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
berlin = ZoneInfo("Europe/Berlin")
for day in D.date(2021, 3, 27), D.date(2021, 10, 30):
    start = D.datetime(day.year, day.month, day.day, 2, 30, tzinfo=berlin)
    for name, trigger in (("cron", CronTrigger(hour=2, minute=30, timezone=berlin)),
                          ("calendar interval", CalendarIntervalTrigger(days=1, start_date=day, hour=2, minute=30, timezone=berlin)),
                          ("interval", IntervalTrigger(days=1, start_date=start, timezone=berlin))):
        last, out, now = None, [], start
        for _ in range(4):
            last = trigger.get_next_fire_time(last, now)
            out.append(last.isoformat()[8:22])
            now = (last.astimezone(D.timezone.utc) + D.timedelta(seconds=1)).astimezone(berlin)
        print(day, name, *out)
END
cat >want <<'END'
2021-03-27 cron 27T02:30:00+01 28T02:30:00+01 29T02:30:00+02 30T02:30:00+02
2021-03-27 calendar interval 27T02:30:00+01 29T02:30:00+02 30T02:30:00+02 31T02:30:00+02
2021-03-27 interval 27T02:30:00+01 28T03:30:00+02 29T03:30:00+02 30T03:30:00+02
2021-10-30 cron 30T02:30:00+02 31T02:30:00+02 31T02:30:00+01 01T02:30:00+01
2021-10-30 calendar interval 30T02:30:00+02 31T02:30:00+02 01T02:30:00+01 02T02:30:00+01
2021-10-30 interval 30T02:30:00+02 31T02:30:00+02 01T01:30:00+01 02T01:30:00+01
END
venv/bin/python d.py >seen
diff want seen || { echo "apscheduler-daily-three-triggers: no longer as recorded" >&2; exit 1; }
echo "apscheduler-daily-three-triggers: as recorded"
