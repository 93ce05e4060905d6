#!/usr/bin/env bash
# "15 2 * * *" on Lord Howe Island, where the clocks jump half an hour (02:00 to 02:30 on 2021-10-03): four
# libraries, four answers.
# POSIX leaves clock changes open. The same four agree nearly on Berlin's full hour. Lord Howe is UTC+10:30
# before the jump and +11 after it, so 02:15 is skipped.
# Surprise: croner fires at 02:30, cron-parser not at all that day (in Berlin it does, an hour later), cronosjs
# at 02:45, and cron fires twice, at 01:45, which is not in the expression, and at 02:45.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'croner@11.0.1' 'cron-parser@5.10.6' 'cronosjs@1.7.1' 'cron@4.4.0' 'luxon@3.7.2' >/dev/null
cat >j.cjs <<'END'
const { Cron } = require("croner");
const { CronExpressionParser } = require("cron-parser");
const { CronosExpression } = require("cronosjs");
const { CronTime } = require("cron");
const { DateTime } = require("luxon");
for (const [e, zone, s, end] of [["30 2 * * *", "Europe/Berlin", "2021-03-27T12:00:00Z", "2021-03-28T12:00:00Z"], ["15 2 * * *", "Australia/Lord_Howe", "2021-10-02T00:00:00Z", "2021-10-03T00:00:00Z"]]) {
  const start = new Date(s), it = CronExpressionParser.parse(e, { currentDate: start, tz: zone });
  const local = (list) => list.filter((d) => d < new Date(end)).map((d) => DateTime.fromJSDate(d, { zone }).toFormat("dd HH:mm")).join(", ") || "none";
  console.log(e, zone);
  console.log("  croner     ", local(new Cron(e, { timezone: zone }).nextRuns(3, start)));
  console.log("  cron-parser", local([1, 2, 3].map(() => it.next().toDate())));
  console.log("  cronosjs   ", local(CronosExpression.parse(e, { timezone: zone }).nextNDates(start, 3)));
  const time = new CronTime(e, zone), out = [];
  let now = DateTime.fromJSDate(start, { zone });
  for (let n = 0; n < 3; n++) out.push((now = time.getNextDateFrom(now, zone)).toJSDate());
  console.log("  cron       ", local(out));
}
END
cat >want <<'END'
30 2 * * * Europe/Berlin
  croner      28 03:00
  cron-parser 28 03:30
  cronosjs    28 03:00
  cron        28 03:00
15 2 * * * Australia/Lord_Howe
  croner      03 02:30
  cron-parser none
  cronosjs    03 02:45
  cron        03 01:45, 03 02:45
END
node j.cjs >seen
diff want seen || { echo "cron-half-hour-jump: no longer as recorded" >&2; exit 1; }
echo "cron-half-hour-jump: as recorded"
