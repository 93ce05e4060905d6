#!/usr/bin/env bash
# crontzconvert: hours on both sides of midnight share one weekday, and the day after each 31st is the first of
# all months.
# From UTC to Tokyo (nine hours ahead all year) Monday 12:00 and 20:00 are Monday 21:00 and Tuesday 05:00, which
# one expression cannot say. Months without a 31st have no such day in cron.
# Surprise: "0 0 5,21 * * 1" runs on Monday at 05:00, a day early, and 1 March, 1 May, 1 July, 1 October and
# 1 December come on top of the seven real days. One hour alone, or all hours beyond midnight, give the right
# weekday. Dates by croner.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'crontzconvert@1.1.1' 'croner@11.0.1' >/dev/null
cat >j.mjs <<'END'
import pkg from "crontzconvert";
const { convert } = pkg;
import { Cron } from "croner";
const dates = (expression, timezone, count) => new Cron(expression, { timezone, paused: true }).nextRuns(count, "2021-01-01T12:30:00Z").map((d) => d.toISOString().slice(5, 13));
for (const [expression, count] of [["0 0 20 * * 1", 2], ["0 0 20-23 * * 1", 4], ["0 0 12,20 * * 1", 4], ["0 0 22 31 * *", 4]]) {
  const other = convert(expression, "UTC", "Asia/Tokyo");
  console.log(`${expression} in UTC:`, ...dates(expression, "UTC", count));
  console.log(` ${other} in Tokyo:`, ...dates(other, "Asia/Tokyo", count));
}
END
cat >want <<'END'
0 0 20 * * 1 in UTC: 01-04T20 01-11T20
 0 0 5 * * 2 in Tokyo: 01-04T20 01-11T20
0 0 20-23 * * 1 in UTC: 01-04T20 01-04T21 01-04T22 01-04T23
 0 0 5-8 * * 2 in Tokyo: 01-04T20 01-04T21 01-04T22 01-04T23
0 0 12,20 * * 1 in UTC: 01-04T12 01-04T20 01-11T12 01-11T20
 0 0 5,21 * * 1 in Tokyo: 01-03T20 01-04T12 01-10T20 01-11T12
0 0 22 31 * * in UTC: 01-31T22 03-31T22 05-31T22 07-31T22
 0 0 7 1 * * in Tokyo: 01-31T22 02-28T22 03-31T22 04-30T22
END
{
  node j.mjs
} >seen
diff want seen || { echo "crontzconvert-hours-over-midnight: no longer as recorded" >&2; exit 1; }
echo "crontzconvert-hours-over-midnight: as recorded"
