#!/usr/bin/env bash
# cron-schedule reads as far as the number and drops the rest: last, second and nearest weekday are lost in
# silence.
# "5L", "5#2", "15W" and "1/10" are extensions that a plain parser may refuse.
# Surprise: cron-schedule takes them for 5, 5, 15 and 1: every Friday in place of the last or second one, the
# 15th itself on a Saturday, the 1st alone. A bare "L" is an error. croner reads or refuses each.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'cron-schedule@6.0.0' 'croner@11.0.1' >/dev/null
cat >j.cjs <<'END'
const { parseCronExpression } = require("cron-schedule");
const { Cron } = require("croner");
const start = new Date("2027-01-01T00:00:00Z"), day = (d) => d.toISOString().slice(5, 10);
for (const e of ["0 9 * * 5L", "0 9 * * 5#2", "0 9 15W 5 *", "0 9 1/10 * *", "0 9 L * *"]) {
  let a, b;
  try { a = parseCronExpression(e).getNextDates(3, start).map(day).join(" "); } catch { a = "error"; }
  try { b = new Cron(e, { timezone: "UTC" }).nextRuns(3, start).map(day).join(" "); } catch { b = "error"; }
  console.log(e, "| cron-schedule:", a, "| croner:", b);
}
END
cat >want <<'END'
0 9 * * 5L | cron-schedule: 01-01 01-08 01-15 | croner: 01-29 02-26 03-26
0 9 * * 5#2 | cron-schedule: 01-01 01-08 01-15 | croner: 01-08 02-12 03-12
0 9 15W 5 * | cron-schedule: 05-15 05-15 05-15 | croner: 05-14 05-15 05-15
0 9 1/10 * * | cron-schedule: 01-01 02-01 03-01 | croner: error
0 9 L * * | cron-schedule: error | croner: 01-31 02-28 03-31
END
node j.cjs >seen
diff want seen || { echo "cron-schedule-drops-suffixes: no longer as recorded" >&2; exit 1; }
echo "cron-schedule-drops-suffixes: as recorded"
