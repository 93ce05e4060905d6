#!/usr/bin/env bash
# cronslate (Python): "0 9 1,15 * *" is "At 9:00 AM, on the 1st day", and each minute from 9:00 to 9:59 "Every hour at minute 0".
# crontab(5): a list is the set of its values, and "*" stands for the whole range of its field. The README names both and says
# that the expression is translated; its own next_run has both days, and each minute.
# Surprise: of two days of the month the second is not in the text, whichever they are; three days are, as are two months, two
# weekdays or two hours. cron-descriptor, the usual library for this, has both days.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'cronslate==0.1.0' 'cron-descriptor==2.2.1' 'antlr4-python3-runtime==4.13.2'
cat >p.py <<'END'
from datetime import datetime
from cron_descriptor import get_description
from cronslate import describe, next_run, parse

for text in ("0 9 1,15 * *", "0 9 10,20 * *", "0 9 1,15,20 * *", "0 9 1 3,6 *", "0 9 * * 1,3", "* 9 * * *"):
    cron, moment, dates = parse(text), datetime(2024, 1, 1), []
    for _ in range(4):
        moment = next_run(cron, moment)
        dates.append(f"{moment:%m-%dT%H:%M}")
    print(f"{text} | {describe(cron)} | {get_description(text)} |", *dates)
END
cat >want <<'END'
0 9 1,15 * * | At 9:00 AM, on the 1st day | At 09:00 AM, on day 1 and 15 of the month | 01-01T09:00 01-15T09:00 02-01T09:00 02-15T09:00
0 9 10,20 * * | At 9:00 AM, on the 10th day | At 09:00 AM, on day 10 and 20 of the month | 01-10T09:00 01-20T09:00 02-10T09:00 02-20T09:00
0 9 1,15,20 * * | At 9:00 AM, on days 1, 15, and 20 | At 09:00 AM, on day 1, 15, and 20 of the month | 01-01T09:00 01-15T09:00 01-20T09:00 02-01T09:00
0 9 1 3,6 * | At 9:00 AM, on day 1, in March and June | At 09:00 AM, on day 1 of the month, only in March and June | 03-01T09:00 06-01T09:00 03-01T09:00 06-01T09:00
0 9 * * 1,3 | At 9:00 AM, on Monday and Wednesday | At 09:00 AM, only on Monday and Wednesday | 01-01T09:00 01-03T09:00 01-08T09:00 01-10T09:00
* 9 * * * | Every hour at minute 0 (at 9:00 AM) | Every minute, between 09:00 AM and 09:59 AM | 01-01T09:00 01-01T09:01 01-01T09:02 01-01T09:03
END
v/bin/python p.py >seen
diff want seen || { echo "cronslate-first-and-fifteenth: no longer as recorded" >&2; exit 1; }
echo "cronslate-first-and-fifteenth: as recorded"
