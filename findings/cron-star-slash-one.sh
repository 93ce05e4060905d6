#!/usr/bin/env bash
# "*/1" is not "*": "0 9 */1 * 1" is every Monday in one half of the libraries and every day in the other.
# A day field that begins with a star leaves the choice to the other one in Vixie cron; POSIX knows no steps.
# Surprise: croniter, croner and cron-parser take */1 for a list of all days, which, joined by "or" with Monday,
# is each day. cronsim, cronosjs and cron-schedule say Mondays. The expression that adds nothing changes
# everything.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'croniter==7.0.0' 'cronsim==2.8' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'pytz==2026.2'
npm install --silent --no-audit --no-fund 'croner@11.0.1' 'cron-parser@5.10.6' 'luxon@3.7.2' 'cronosjs@1.7.1' 'cron-schedule@6.0.0' >/dev/null
cat >d.py <<'END'
import datetime as D
import croniter, cronsim
start = D.datetime(2027, 1, 4)
for e in "0 9 * * 1", "0 9 */1 * 1":
    c, s = croniter.croniter(e, start), cronsim.CronSim(e, start)
    print(e, "| croniter", *[c.get_next(D.datetime).strftime("%d") for _ in range(3)], "| cronsim", *[next(s).strftime("%d") for _ in range(3)])
END
cat >j.cjs <<'END'
const { Cron } = require("croner");
const { CronExpressionParser } = require("cron-parser");
const { CronosExpression } = require("cronosjs");
const { parseCronExpression } = require("cron-schedule");
const start = new Date("2027-01-04T00:00:00Z"), day = (d) => d.toISOString().slice(8, 10);
for (const e of ["0 9 * * 1", "0 9 */1 * 1"]) {
  const it = CronExpressionParser.parse(e, { currentDate: start, tz: "UTC" });
  console.log(e, "| croner", new Cron(e, { timezone: "UTC" }).nextRuns(3, start).map(day).join(" "),
    "| cron-parser", [1, 2, 3].map(() => day(it.next().toDate())).join(" "),
    "| cronosjs", CronosExpression.parse(e, { timezone: "UTC" }).nextNDates(start, 3).map(day).join(" "),
    "| cron-schedule", parseCronExpression(e).getNextDates(3, start).map(day).join(" "));
}
END
cat >want <<'END'
0 9 * * 1 | croniter 04 11 18 | cronsim 04 11 18
0 9 */1 * 1 | croniter 04 05 06 | cronsim 04 11 18
0 9 * * 1 | croner 04 11 18 | cron-parser 04 11 18 | cronosjs 04 11 18 | cron-schedule 04 11 18
0 9 */1 * 1 | croner 04 05 06 | cron-parser 04 05 06 | cronosjs 04 11 18 | cron-schedule 04 11 18
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "cron-star-slash-one: no longer as recorded" >&2; exit 1; }
echo "cron-star-slash-one: as recorded"
