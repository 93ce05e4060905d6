#!/usr/bin/env bash
# Day 7 in cron: Sunday, Saturday, never, or an end to the list.
# POSIX crontab has 0 for Sunday; 7 as a second Sunday is the common extension and all four libraries below take
# it without an error.
# Surprise: pycron never fires on 7 and loses the Sunday of 5-7; @breejs/later fires on Saturday for 7; cronosjs
# reads 0-7, every day, as Sunday alone; cron-converter and pychronotab lose the Sunday of 1-7/2. croniter and
# croner have them all right. Weekdays on which each fires in the week from Monday 2027-01-04.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'pycron==3.3.0' 'cron-converter==2.0.2' 'pychronotab==1.0.7' 'croniter==7.0.0' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'pytz==2026.2'
npm install --silent --no-audit --no-fund '@breejs/later@4.2.0' 'cronosjs@1.7.1' 'croner@11.0.1' >/dev/null
cat >d.py <<'END'
import datetime as D
import pycron, pychronotab, croniter
from cron_converter import Cron
monday = D.datetime(2027, 1, 4)
def fires(step):
    out, now = [], monday
    for _ in range(8):
        try:
            now = step(now).replace(tzinfo=None)
        except Exception as error:
            return "error"
        if now >= monday + D.timedelta(days=7):
            break
        out.append(now.strftime("%a"))
    return " ".join(out) or "never"
for e in "0 9 * * 7", "0 9 * * 5-7", "0 9 * * 0-7", "0 9 * * 1-7/2":
    days = [monday + D.timedelta(days=n, hours=9) for n in range(7)]
    print(e, "| pycron:", " ".join(d.strftime("%a") for d in days if pycron.is_now(e, d)) or "never",
          "| cron-converter:", fires(lambda d: Cron(e).schedule(d + D.timedelta(seconds=1)).next()),
          "| pychronotab:", fires(lambda d: pychronotab.croniter(e, d).get_next(D.datetime)),
          "| croniter:", fires(lambda d: croniter.croniter(e, d).get_next(D.datetime)))
END
cat >j.cjs <<'END'
const later = require("@breejs/later");
const { CronosExpression } = require("cronosjs");
const { Cron } = require("croner");
const monday = new Date("2027-01-04T00:00:00Z"), end = new Date("2027-01-11T00:00:00Z");
const week = (list) => list.filter((d) => d < end).map((d) => d.toUTCString().slice(0, 3)).join(" ") || "never";
for (const e of ["0 9 * * 7", "0 9 * * 5-7", "0 9 * * 0-7", "0 9 * * 1-7/2"]) {
  later.date.UTC();
  console.log(e, "| later:", week(later.schedule(later.parse.cron(e)).next(8, monday)),
    "| cronosjs:", week(CronosExpression.parse(e, { timezone: "UTC" }).nextNDates(monday, 8)),
    "| croner:", week(new Cron(e, { timezone: "UTC" }).nextRuns(8, monday)));
}
END
cat >want <<'END'
0 9 * * 7 | pycron: never | cron-converter: Sun | pychronotab: error | croniter: Sun
0 9 * * 5-7 | pycron: Fri Sat | cron-converter: Fri Sat Sun | pychronotab: Fri Sat | croniter: Fri Sat Sun
0 9 * * 0-7 | pycron: Mon Tue Wed Thu Fri Sat Sun | cron-converter: Mon Tue Wed Thu Fri Sat Sun | pychronotab: Mon Tue Wed Thu Fri Sat Sun | croniter: Mon Tue Wed Thu Fri Sat Sun
0 9 * * 1-7/2 | pycron: Mon Wed Fri | cron-converter: Mon Wed Fri | pychronotab: Mon Wed Fri | croniter: Mon Wed Fri Sun
0 9 * * 7 | later: Sat | cronosjs: Sun | croner: Sun
0 9 * * 5-7 | later: Fri Sat | cronosjs: Fri Sat Sun | croner: Fri Sat Sun
0 9 * * 0-7 | later: Mon Tue Wed Thu Fri Sat Sun | cronosjs: Sun | croner: Mon Tue Wed Thu Fri Sat Sun
0 9 * * 1-7/2 | later: Mon Wed Fri | cronosjs: Mon Wed Fri Sun | croner: Mon Wed Fri Sun
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "cron-day-seven: no longer as recorded" >&2; exit 1; }
echo "cron-day-seven: as recorded"
