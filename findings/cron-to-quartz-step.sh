#!/usr/bin/env bash
# cron-to-quartz: Sunday as 7 becomes day 8, and "every second weekday" every third.
# cron counts 0 to 6 from Sunday, with 7 as a second Sunday; Quartz counts 1 to 7 from Sunday (CronExpression,
# day of week), so each day is one more.
# Surprise: the one is added to the step as well, "*/2" (Sunday, Tuesday, Thursday, Saturday) becomes "*/3"
# (Sunday, Wednesday, Saturday); 7 becomes 8 and 5-7 becomes 6-8, days that Quartz does not have. 0, 1-5 and 1,3 are
# right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'cron-to-quartz@1.4.9' >/dev/null
cat >j.cjs <<'END'
const { getQuartz } = require("cron-to-quartz");
for (const day of ["0", "1-5", "1,3", "*/2", "7", "5-7"]) console.log(day, getQuartz(`0 9 * * ${day}`).map((q) => q.join(" ")).join(" and "));
END
cat >want <<'END'
0 0 0 9 ? * 1 *
1-5 0 0 9 ? * 2-6 *
1,3 0 0 9 ? * 2,4 *
*/2 0 0 9 ? * */3 *
7 0 0 9 ? * 8 *
5-7 0 0 9 ? * 6-8 *
END
node j.cjs >seen
diff want seen || { echo "cron-to-quartz-step: no longer as recorded" >&2; exit 1; }
echo "cron-to-quartz-step: as recorded"
