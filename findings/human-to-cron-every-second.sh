#!/usr/bin/env bash
# human-to-cron: every day at 9 is every second, once a month is each Sunday, and December is November.
# Its README: a human readable expression becomes a cron string, of six fields with seconds first; "once each month" is
# "0 0 0 0 */1 *", and "each 2 minutes" "* */2 * * * *". cron, the scheduler with such fields, has months from 1 since its version 3 (README, "Month & day-of-week
# indexing changes").
# Surprise: fields that the words do not name stay stars, seconds among them: "each 2 minutes", the README's own, runs 60 times in each second minute, and
# "friday" each second of Friday. "at 9am" is no hour, and says nothing. "once" sets what is free to 0, the weekday too: Sunday. Months
# count from 0, so an event of December is in November, and one of January is refused. Hours as 15:44 with a weekday are right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'human-to-cron@0.3.1' 'cron@4.4.0' 'luxon@3.7.2' >/dev/null
cat >j.cjs <<'END'
const convert = require("human-to-cron");
const { CronTime } = require("cron");
for (const text of [
  "friday 15:44", "monday 9:00", "midnight", "every day at 9am", "each 2 minutes", "friday", "once each day", "once each month", "december 12:00", "august friday 15:44", "january monday 9:00",
]) {
  const expression = convert(text);
  let runs = [];
  try {
    const time = new CronTime(expression, "UTC");
    let at = new Date("2024-01-10T00:00:00Z");
    for (let count = 0; count < 3; count += 1) {
      at = time.getNextDateFrom(at, "UTC").toJSDate();
      runs.push(at.toISOString().slice(5, 19));
    }
  } catch (error) {
    runs = [error.message];
  }
  console.log(`${text}: ${expression} | ${runs.join(", ")}`);
}
END
cat >want <<'END'
friday 15:44: 0 44 15 * * 5 | 01-12T15:44:00, 01-19T15:44:00, 01-26T15:44:00
monday 9:00: 0 0 9 * * 1 | 01-15T09:00:00, 01-22T09:00:00, 01-29T09:00:00
midnight: 0 0 0 * * * | 01-11T00:00:00, 01-12T00:00:00, 01-13T00:00:00
every day at 9am: * * * * * */1 | 01-10T00:00:01, 01-10T00:00:02, 01-10T00:00:03
each 2 minutes: * */2 * * * * | 01-10T00:00:01, 01-10T00:00:02, 01-10T00:00:03
friday: * * * * * 5 | 01-12T00:00:00, 01-12T00:00:01, 01-12T00:00:02
once each day: 0 0 0 * * */1 | 01-11T00:00:00, 01-12T00:00:00, 01-13T00:00:00
once each month: 0 0 0 * */1 0 | 01-14T00:00:00, 01-21T00:00:00, 01-28T00:00:00
december 12:00: 0 0 12 * 11 * | 11-01T12:00:00, 11-02T12:00:00, 11-03T12:00:00
august friday 15:44: 0 44 15 * 7 5 | 07-05T15:44:00, 07-12T15:44:00, 07-19T15:44:00
january monday 9:00: 0 0 9 * 0 1 | Field value (0) is out of range
END
node j.cjs >seen
diff want seen || { echo "human-to-cron-every-second: no longer as recorded" >&2; exit 1; }
echo "human-to-cron-every-second: as recorded"
