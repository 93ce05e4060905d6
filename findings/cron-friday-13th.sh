#!/usr/bin/env bash
# "0 9 13 * 5" is each 13th and each Friday, or Friday the 13th: libraries split, without a word in the
# expression.
# POSIX (crontab, "INPUT FILES": where both the day of the month and the day of the week are given, either will
# do) wants 1, 8, 13, 15, 22 January 2027.
# Surprise: crontab, cron-converter, pychronotab (which offers croniter's interface) and @breejs/later want both
# at once: 13 August 2027 first.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'crontab==1.0.5' 'cron-converter==2.0.2' 'pychronotab==1.0.7' 'croniter==7.0.0' 'cronsim==2.8' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'pytz==2026.2'
npm install --silent --no-audit --no-fund '@breejs/later@4.2.0' 'cron-parser@5.10.6' 'luxon@3.7.2' >/dev/null
cat >d.py <<'END'
import datetime as D
import crontab, croniter, cronsim, pychronotab
from cron_converter import Cron
e, start = "0 9 13 * 5", D.datetime(2027, 1, 1)
def three(step):
    out, now = [], start
    for _ in range(3):
        now = step(now)
        out.append(str(now.date()))
    return " ".join(out)
print("croniter      ", three(lambda d: croniter.croniter(e, d).get_next(D.datetime)))
print("cronsim       ", three(lambda d: next(cronsim.CronSim(e, d))))
print("crontab       ", three(lambda d: d + D.timedelta(seconds=round(crontab.CronTab(e).next(d, default_utc=True)))))
print("cron-converter", three(lambda d: Cron(e).schedule(d + D.timedelta(seconds=1)).next()))
print("pychronotab   ", three(lambda d: pychronotab.croniter(e, d).get_next(D.datetime)))
END
cat >j.cjs <<'END'
const later = require("@breejs/later");
const { CronExpressionParser } = require("cron-parser");
const e = "0 9 13 * 5", start = new Date("2027-01-01T00:00:00Z");
const it = CronExpressionParser.parse(e, { currentDate: start, tz: "UTC" });
console.log("cron-parser   ", [1, 2, 3].map(() => it.next().toDate().toISOString().slice(0, 10)).join(" "));
later.date.UTC();
console.log("later         ", later.schedule(later.parse.cron(e)).next(3, start).map((d) => d.toISOString().slice(0, 10)).join(" "));
END
cat >want <<'END'
croniter       2027-01-01 2027-01-08 2027-01-13
cronsim        2027-01-01 2027-01-08 2027-01-13
crontab        2027-08-13 2028-10-13 2029-04-13
cron-converter 2027-08-13 2028-10-13 2029-04-13
pychronotab    2027-08-13 2028-10-13 2029-04-13
cron-parser    2027-01-01 2027-01-08 2027-01-13
later          2027-08-13 2028-10-13 2029-04-13
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "cron-friday-13th: no longer as recorded" >&2; exit 1; }
echo "cron-friday-13th: as recorded"
