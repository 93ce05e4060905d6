#!/usr/bin/env bash
# cron-parser: of two like hours in autumn the first in Berlin, the second in Havana.
# On 2021-10-31 Berlin has 02:30 twice, on 2021-11-07 Havana has 00:00 to 01:00 twice; a daily job runs once.
# Surprise: the same library takes 02:30+02:00, the first, in Berlin and 00:00-05:00, the second, in Havana.
# croner takes the first in both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'cron-parser@5.10.6' 'croner@11.0.1' 'luxon@3.7.2' >/dev/null
cat >j.cjs <<'END'
const { Cron } = require("croner");
const { CronExpressionParser } = require("cron-parser");
const { DateTime } = require("luxon");
for (const [e, zone, s] of [["30 2 * * *", "Europe/Berlin", "2021-10-30T12:00:00Z"], ["0 0 * * *", "America/Havana", "2021-11-06T12:00:00Z"]]) {
  const start = new Date(s), show = (d) => DateTime.fromJSDate(d, { zone }).toISO({ suppressMilliseconds: true });
  console.log(zone, "cron-parser", show(CronExpressionParser.parse(e, { currentDate: start, tz: zone }).next().toDate()), "croner", show(new Cron(e, { timezone: zone }).nextRun(start)));
}
END
cat >want <<'END'
Europe/Berlin cron-parser 2021-10-31T02:30:00+02:00 croner 2021-10-31T02:30:00+02:00
America/Havana cron-parser 2021-11-07T00:00:00-05:00 croner 2021-11-07T00:00:00-04:00
END
node j.cjs >seen
diff want seen || { echo "cron-parser-which-midnight: no longer as recorded" >&2; exit 1; }
echo "cron-parser-which-midnight: as recorded"
