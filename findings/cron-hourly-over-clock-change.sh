#!/usr/bin/env bash
# "0 * * * *" over the nights the clocks change in Berlin: four libraries lose an hour in autumn, two run twice
# in spring.
# Every hour of real time has a full hour in it on both nights, so nothing is skipped by the expression itself.
# Surprise: crontab, cron-converter, pychronotab (Python) and cronosjs go from 00:00Z to 02:00Z on 2021-10-31;
# cron-converter and pychronotab give 01:00Z twice on 2021-03-28. croniter, cronsim, croner and cron-parser are
# right on both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'crontab==1.0.5' 'cron-converter==2.0.2' 'pychronotab==1.0.7' 'croniter==7.0.0' 'cronsim==2.8' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'pytz==2026.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'cronosjs@1.7.1' 'croner@11.0.1' 'cron-parser@5.10.6' 'luxon@3.7.2' >/dev/null
cat >d.py <<'END'
import datetime as D, zoneinfo
import crontab, croniter, cronsim, pychronotab
from cron_converter import Cron
e, zone, utc = "0 * * * *", zoneinfo.ZoneInfo("Europe/Berlin"), D.timezone.utc
for name, start in ("autumn", "2021-10-30T22:30+00:00"), ("spring", "2021-03-27T22:30+00:00"):
    begin = D.datetime.fromisoformat(start).astimezone(zone)
    def five(step):
        out, now = [], begin
        for _ in range(5):
            now = step(now)
            out.append(now.astimezone(utc).strftime("%H"))
        return " ".join(out)
    schedule, sim = Cron(e).schedule(begin), cronsim.CronSim(e, begin)
    print(name, "crontab       ", five(lambda d: (d.astimezone(utc) + D.timedelta(seconds=round(crontab.CronTab(e).next(d)))).astimezone(zone)))
    print(name, "cron-converter", five(lambda d: schedule.next()))
    print(name, "pychronotab   ", five(lambda d: pychronotab.croniter(e, d).get_next(D.datetime)))
    print(name, "croniter      ", five(lambda d: croniter.croniter(e, d).get_next(D.datetime)))
    print(name, "cronsim       ", five(lambda d: next(sim)))
END
cat >j.cjs <<'END'
const { CronosExpression } = require("cronosjs");
const { Cron } = require("croner");
const { CronExpressionParser } = require("cron-parser");
const e = "0 * * * *", zone = "Europe/Berlin", hour = (d) => d.toISOString().slice(11, 13);
for (const [name, s] of [["autumn", "2021-10-30T22:30:00Z"], ["spring", "2021-03-27T22:30:00Z"]]) {
  const start = new Date(s), it = CronExpressionParser.parse(e, { currentDate: start, tz: zone });
  console.log(name, "cronosjs      ", CronosExpression.parse(e, { timezone: zone }).nextNDates(start, 5).map(hour).join(" "));
  console.log(name, "croner        ", new Cron(e, { timezone: zone }).nextRuns(5, start).map(hour).join(" "));
  console.log(name, "cron-parser   ", [1, 2, 3, 4, 5].map(() => hour(it.next().toDate())).join(" "));
}
END
cat >want <<'END'
autumn crontab        23 00 02 03 04
autumn cron-converter 23 00 02 03 04
autumn pychronotab    23 00 02 03 04
autumn croniter       23 00 01 02 03
autumn cronsim        23 00 01 02 03
spring crontab        23 00 01 02 03
spring cron-converter 23 00 01 01 02
spring pychronotab    23 00 01 01 02
spring croniter       23 00 01 02 03
spring cronsim        23 00 01 02 03
autumn cronosjs       23 00 02 03 04
autumn croner         23 00 01 02 03
autumn cron-parser    23 00 01 02 03
spring cronosjs       23 00 01 02 03
spring croner         23 00 01 02 03
spring cron-parser    23 00 01 02 03
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "cron-hourly-over-clock-change: no longer as recorded" >&2; exit 1; }
echo "cron-hourly-over-clock-change: as recorded"
