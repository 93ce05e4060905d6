#!/usr/bin/env bash
# schedule (Python): after the night in which 02:30 is skipped, the daily job of 02:30 runs at 01:30, and again at 02:30.
# Its documentation, "Timezone": at() takes the hour of a zone, and the job runs at that hour there, summer time included.
# Surprise: the hour that does not exist becomes 03:30, which is one way; but the next run is an hour early, and the hour
# itself comes again, so the day after has two runs. A job of Sundays at 02:30 runs twice a week later. In Cairo, where
# midnight is skipped, the job of 00:30 is due at 23:30 of the next evening and stays due until midnight: asked once a
# minute, the library runs it 31 times. Autumn, and hours that each day has, are right. freezegun moves the clock.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'schedule==1.2.2' 'freezegun==1.5.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'tzdata==2026.1'
cat >p.py <<'END'
from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
import schedule
from freezegun import freeze_time
def show(title, start, days, zone, plan):
    runs = []
    with freeze_time(start) as clock:
        schedule.clear()
        now = datetime.fromisoformat(start).replace(tzinfo=timezone.utc)
        plan().do(lambda: runs.append(now.astimezone(ZoneInfo(zone))))
        for _ in range(days * 24 * 60):
            now += timedelta(minutes=1)
            clock.move_to(now)
            schedule.run_pending()
    hours = Counter(f"{run:%m-%d %H}" for run in runs)
    firsts = {f"{run:%m-%d %H}": f"{run:%m-%d %H:%M}" for run in reversed(runs)}
    print(title, "|", ", ".join(firsts[hour] + (f" and {number - 1} more" if number > 1 else "") for hour, number in sorted(hours.items())))
berlin, cairo = "Europe/Berlin", "Africa/Cairo"
show("Berlin, daily 02:30, March", "2024-03-29 12:00", 4, berlin, lambda: schedule.every().day.at("02:30", berlin))
show("Berlin, Sundays 02:30", "2024-03-29 12:00", 16, berlin, lambda: schedule.every().sunday.at("02:30", berlin))
show("New York, daily 02:30", "2024-03-08 12:00", 4, "America/New_York", lambda: schedule.every().day.at("02:30", "America/New_York"))
show("Cairo, daily 00:30", "2024-04-24 12:00", 4, cairo, lambda: schedule.every().day.at("00:30", cairo))
show("Berlin, daily 10:00, March", "2024-03-29 12:00", 4, berlin, lambda: schedule.every().day.at("10:00", berlin))
show("Berlin, daily 02:30, October", "2024-10-25 12:00", 4, berlin, lambda: schedule.every().day.at("02:30", berlin))
END
cat >want <<'END'
Berlin, daily 02:30, March | 03-30 02:30, 03-31 03:30, 04-01 01:30, 04-01 02:30, 04-02 02:30
Berlin, Sundays 02:30 | 03-31 03:30, 04-07 01:30, 04-07 02:30, 04-14 02:30
New York, daily 02:30 | 03-09 02:30, 03-10 03:30, 03-11 01:30, 03-11 02:30, 03-12 02:30
Cairo, daily 00:30 | 04-25 00:30, 04-26 01:30, 04-26 23:30 and 29 more, 04-27 00:00 and 1 more, 04-28 00:30
Berlin, daily 10:00, March | 03-30 10:00, 03-31 10:00, 04-01 10:00, 04-02 10:00
Berlin, daily 02:30, October | 10-26 02:30, 10-27 02:30, 10-28 02:30, 10-29 02:30
END
{
  v/bin/python p.py
} >seen
diff want seen || { echo "schedule-day-after-the-gap: no longer as recorded" >&2; exit 1; }
echo "schedule-day-after-the-gap: as recorded"
