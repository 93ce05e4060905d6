#!/usr/bin/env bash
# A yearly job on 30 December in Samoa, which had no such day in 2011 (it changed sides of the date line): three
# answers of six libraries.
# The local day does not exist; POSIX says nothing, and passing over it, as for 30 February, would be the plain
# reading. croner and cron-parser do so.
# Surprise: cronosjs and cron run it on 31 December at the hour asked for; croniter and cronsim (Python) on 31
# December at midnight, ten hours before the time asked for.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'croniter==7.0.0' 'cronsim==2.8' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'pytz==2026.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'croner@11.0.1' 'cron-parser@5.10.6' 'cronosjs@1.7.1' 'cron@4.4.0' 'luxon@3.7.2' >/dev/null
cat >d.py <<'END'
import datetime as D, zoneinfo
import croniter, cronsim
e, start = "0 10 30 12 *", D.datetime(2011, 6, 1, tzinfo=zoneinfo.ZoneInfo("Pacific/Apia"))
print("croniter   ", croniter.croniter(e, start).get_next(D.datetime).isoformat())
print("cronsim    ", next(cronsim.CronSim(e, start)).isoformat())
END
cat >j.cjs <<'END'
const { Cron } = require("croner");
const { CronExpressionParser } = require("cron-parser");
const { CronosExpression } = require("cronosjs");
const { CronTime } = require("cron");
const { DateTime } = require("luxon");
const e = "0 10 30 12 *", zone = "Pacific/Apia", start = new Date("2011-06-01T00:00:00Z");
const show = (d) => DateTime.fromJSDate(d, { zone }).toISO({ suppressMilliseconds: true });
console.log("croner     ", show(new Cron(e, { timezone: zone }).nextRun(start)));
console.log("cron-parser", show(CronExpressionParser.parse(e, { currentDate: start, tz: zone }).next().toDate()));
console.log("cronosjs   ", show(CronosExpression.parse(e, { timezone: zone }).nextDate(start)));
console.log("cron       ", show(new CronTime(e, zone).getNextDateFrom(DateTime.fromJSDate(start, { zone }), zone).toJSDate()));
END
cat >want <<'END'
croniter    2011-12-31T00:00:00+14:00
cronsim     2011-12-31T00:00:00+14:00
croner      2012-12-30T10:00:00+14:00
cron-parser 2012-12-30T10:00:00+14:00
cronosjs    2011-12-31T10:00:00+14:00
cron        2011-12-31T10:00:00+14:00
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "cron-samoa-lost-day: no longer as recorded" >&2; exit 1; }
echo "cron-samoa-lost-day: as recorded"
