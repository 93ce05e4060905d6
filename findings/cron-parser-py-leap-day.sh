#!/usr/bin/env bash
# cron-parser-py (Python): asked on 29 February, no expression has a next run or a previous one, but a ValueError; a list that passes the day has none of its dates.
# crontab(5): "0 9 * * *" is nine o'clock on each day, leap days too; the README has forward and backward search for any expression.
# Surprise: the error, "day is out of range for month", is not about the expression, and neither is it among those that the
# library names for it; a scheduler that asks after each run stops on that day, or takes the error for a bad line.
# "The last day of the month" and 29 February itself have one date each, and asked for two are in error. The day before and
# the day after all is right. cronsim gives the dates to compare.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'cron-parser-py==1.0.0' 'cronsim==2.8'
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
import cron_parser_py
from cronsim import CronSim
def seen(find):
    try:
        return find()
    except ValueError as error:
        return f"{type(error).__name__} ({error})"
for expression in "0 9 * * *", "*/5 * * * *", "0 9 * * MON":
    for now in datetime(2024, 2, 28, 12), datetime(2024, 2, 29, 12), datetime(2024, 3, 1, 12):
        print(f"{expression} on {now:%d %b}: next {seen(lambda: cron_parser_py.next_run(expression, now))}, previous {seen(lambda: cron_parser_py.previous_run(expression, now))}; cronsim {next(CronSim(expression, now))}")
for expression, now, number in ("0 9 * * *", datetime(2024, 2, 27, 12), 4), ("0 9 L * *", datetime(2024, 2, 1), 2), ("0 9 29 2 *", datetime(2024, 1, 1), 2), ("0 9 L * *", datetime(2024, 4, 1), 2):
    print(f"{number} of {expression} from {now:%d %b}:", seen(lambda: " ".join(f"{date:%Y-%m-%d}" for date in cron_parser_py.next_runs(expression, number, now))), "; cronsim", *(f"{date:%Y-%m-%d}" for date in islice(CronSim(expression, now), number)))
END
cat >want <<'END'
0 9 * * * on 28 Feb: next 2024-02-29 09:00:00, previous 2024-02-28 09:00:00; cronsim 2024-02-29 09:00:00
0 9 * * * on 29 Feb: next ValueError (day is out of range for month), previous ValueError (day is out of range for month); cronsim 2024-03-01 09:00:00
0 9 * * * on 01 Mar: next 2024-03-02 09:00:00, previous 2024-03-01 09:00:00; cronsim 2024-03-02 09:00:00
*/5 * * * * on 28 Feb: next 2024-02-28 12:05:00, previous 2024-02-28 11:55:00; cronsim 2024-02-28 12:05:00
*/5 * * * * on 29 Feb: next ValueError (day is out of range for month), previous ValueError (day is out of range for month); cronsim 2024-02-29 12:05:00
*/5 * * * * on 01 Mar: next 2024-03-01 12:05:00, previous 2024-03-01 11:55:00; cronsim 2024-03-01 12:05:00
0 9 * * MON on 28 Feb: next 2024-03-04 09:00:00, previous 2024-02-26 09:00:00; cronsim 2024-03-04 09:00:00
0 9 * * MON on 29 Feb: next ValueError (day is out of range for month), previous ValueError (day is out of range for month); cronsim 2024-03-04 09:00:00
0 9 * * MON on 01 Mar: next 2024-03-04 09:00:00, previous 2024-02-26 09:00:00; cronsim 2024-03-04 09:00:00
4 of 0 9 * * * from 27 Feb: ValueError (day is out of range for month) ; cronsim 2024-02-28 2024-02-29 2024-03-01 2024-03-02
2 of 0 9 L * * from 01 Feb: ValueError (day is out of range for month) ; cronsim 2024-02-29 2024-03-31
2 of 0 9 29 2 * from 01 Jan: ValueError (day is out of range for month) ; cronsim 2024-02-29 2028-02-29
2 of 0 9 L * * from 01 Apr: 2024-04-30 2024-05-31 ; cronsim 2024-04-30 2024-05-31
END
v/bin/python p.py >seen
diff want seen || { echo "cron-parser-py-leap-day: no longer as recorded" >&2; exit 1; }
echo "cron-parser-py-leap-day: as recorded"
