#!/usr/bin/env bash
# local-crontab: Mondays in New York are every day of March, Mondays twice, and Monday's job in Tokyo runs on Tuesday.
# POSIX crontab: where the day of the month and the day of the week are both given, either is enough. The library turns a
# crontab of a zone into crontabs in UTC, for one year, and splits months in which the clocks change by day of the month.
# Surprise: with a day of the week the two parts of March have all their days, and each of them all Mondays of the month, so 36
# runs for five; November is split alike. 08:00 in Tokyo is 23:00 of the day before in UTC, and the weekday, or the first of
# the month, stays as it was. The clock of the conversion is in 2025.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'local-crontab@0.1.8' 'croner@11.0.1' >/dev/null
cat >j.cjs <<'END'
const Clock = Date;
const inTheYear2025 = (run) => {
  globalThis.Date = class extends Clock {
    constructor(...given) { given.length ? super(...given) : super(Clock.UTC(2025, 0, 1)); }
  };
  const result = run();
  globalThis.Date = Clock;
  return result;
};
const { localCrontabToUtcCrontabs } = require("local-crontab");
const { Cron } = require("croner");
const until = new Date("2025-03-31T23:59Z");
const dates = (line, timezone) => new Cron(line, { timezone, paused: true }).nextRuns(40, new Date("2025-03-01T00:00Z")).filter((date) => date <= until);
for (const [line, timezone] of [["0 10 * * 1", "America/New_York"], ["0 10 * * *", "America/New_York"], ["0 8 * * 1", "Asia/Tokyo"], ["0 8 1 * *", "Asia/Tokyo"]]) {
  const utc = inTheYear2025(() => localCrontabToUtcCrontabs(line, timezone));
  const local = (list) => [...list].sort((a, b) => a - b).map((date) => new Intl.DateTimeFormat("en-GB", { timeZone: timezone, weekday: "short", day: "2-digit" }).format(date)).join(", ");
  console.log(`${line} (${timezone}) in UTC: ${utc.join(" | ")}`);
  if (line === "0 10 * * *") continue;
  console.log("  asked for in March 2025:", local(dates(line, timezone)));
  console.log("  by the lines in UTC:", local(utc.flatMap((one) => dates(one, "UTC"))));
}
END
cat >want <<'END'
0 10 * * 1 (America/New_York) in UTC: 0 15 * 1-2,12 1 | 0 15 1-8 3 1 | 0 14 9-31 3 1 | 0 14 * 4-10 1 | 0 14 1 11 1 | 0 15 2-31 11 1
  asked for in March 2025: Mon 03, Mon 10, Mon 17, Mon 24, Mon 31
  by the lines in UTC: Sat 01, Sun 02, Mon 03, Mon 03, Tue 04, Wed 05, Thu 06, Fri 07, Sat 08, Sun 09, Mon 10, Mon 10, Tue 11, Wed 12, Thu 13, Fri 14, Sat 15, Sun 16, Mon 17, Mon 17, Tue 18, Wed 19, Thu 20, Fri 21, Sat 22, Sun 23, Mon 24, Mon 24, Tue 25, Wed 26, Thu 27, Fri 28, Sat 29, Sun 30, Mon 31, Mon 31
0 10 * * * (America/New_York) in UTC: 0 15 * 1-2,12 * | 0 15 1-8 3 * | 0 14 9-31 3 * | 0 14 * 4-10 * | 0 14 1 11 * | 0 15 2-31 11 *
0 8 * * 1 (Asia/Tokyo) in UTC: 0 23 * * 1
  asked for in March 2025: Mon 03, Mon 10, Mon 17, Mon 24, Mon 31
  by the lines in UTC: Tue 04, Tue 11, Tue 18, Tue 25, Tue 01
0 8 1 * * (Asia/Tokyo) in UTC: 0 23 1 * *
  asked for in March 2025: Tue 01
  by the lines in UTC: Sun 02
END
node j.cjs >seen
diff want seen || { echo "local-crontab-mondays: no longer as recorded" >&2; exit 1; }
echo "local-crontab-mondays: as recorded"
