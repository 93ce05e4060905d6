#!/usr/bin/env bash
# pulsare (Python), a scheduler: "0 9 * * 0", cron's Sunday, runs on Mondays, "1-5", its working days, from Tuesday to Saturday.
# crontab(5): in the fifth field 0 and 7 are Sunday, 1 is Monday; and where both the day of the month and the weekday are given,
# the job runs on each day that fits one of them. The library calls them "cron-style expressions", and says of the days
# nothing else.
# Surprise: the number is compared with Python's weekday(), where 0 is Monday, so each job with a weekday runs a day late, without
# an error but for 7; and "0 9 13 * 5" is Saturday the 13th. Its own every().sunday is right, and so are jobs without
# a weekday. cronsim gives the days to compare.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'pulsare==1.0.0' 'cronsim==2.8' 'freezegun==1.5.5' 'python-dateutil==2.9.0.post0'
cat >p.py <<'END'
from datetime import datetime, timedelta
import pulsare
from cronsim import CronSim
from freezegun import freeze_time
def runs(spec, begin, number):
    found = []
    while len(found) < number:
        with freeze_time(begin):
            begin = datetime.utcfromtimestamp(spec.next_run())
        found.append(begin)
    return found
begin = datetime(2024, 1, 7, 12)
for expression in "0 9 * * 0", "0 9 * * 1-5", "0 9 * * 6", "0 9 13 * 5", "0 9 31 * *":
    dates = CronSim(expression, begin)
    print(f"{expression} | cron:", *(f"{next(dates):%a %d %b}," for _ in range(5)), "| pulsare:", *(f"{date:%a %d %b}," for date in runs(pulsare.cron(expression), begin, 5)))
print("every().sunday | pulsare:", *(f"{date:%a %d %b}," for date in runs(pulsare.every().sunday.at("09:00"), begin, 2)))
END
cat >want <<'END'
0 9 * * 0 | cron: Sun 14 Jan, Sun 21 Jan, Sun 28 Jan, Sun 04 Feb, Sun 11 Feb, | pulsare: Mon 08 Jan, Mon 15 Jan, Mon 22 Jan, Mon 29 Jan, Mon 05 Feb,
0 9 * * 1-5 | cron: Mon 08 Jan, Tue 09 Jan, Wed 10 Jan, Thu 11 Jan, Fri 12 Jan, | pulsare: Tue 09 Jan, Wed 10 Jan, Thu 11 Jan, Fri 12 Jan, Sat 13 Jan,
0 9 * * 6 | cron: Sat 13 Jan, Sat 20 Jan, Sat 27 Jan, Sat 03 Feb, Sat 10 Feb, | pulsare: Sun 14 Jan, Sun 21 Jan, Sun 28 Jan, Sun 04 Feb, Sun 11 Feb,
0 9 13 * 5 | cron: Fri 12 Jan, Sat 13 Jan, Fri 19 Jan, Fri 26 Jan, Fri 02 Feb, | pulsare: Sat 13 Jan, Sat 13 Apr, Sat 13 Jul, Sat 13 Sep, Sat 13 Dec,
0 9 31 * * | cron: Wed 31 Jan, Sun 31 Mar, Fri 31 May, Wed 31 Jul, Sat 31 Aug, | pulsare: Wed 31 Jan, Sun 31 Mar, Fri 31 May, Wed 31 Jul, Sat 31 Aug,
every().sunday | pulsare: Sun 14 Jan, Sun 21 Jan,
END
v/bin/python p.py >seen
diff want seen || { echo "pulsare-cron-sunday-is-monday: no longer as recorded" >&2; exit 1; }
echo "pulsare-cron-sunday-is-monday: as recorded"
