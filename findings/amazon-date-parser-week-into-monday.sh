#!/usr/bin/env bash
# amazon-date-parser (npm), for what Alexa hears: the week in which the clocks go forward ends on Monday at 0:59, that in which they go back on Sunday at 22:59.
# ISO 8601-1, week dates: a week has seven days from Monday to Sunday, and Amazon's AMAZON.DATE names it so ("2024-W13"). The README:
# the answer is the first and the last moment of the date.
# Surprise: months, weekends and quarters end at 23:59:59.999 of the zone; a week ends six days and 23:59 of exact time after its
# Monday, so an event late on that Sunday is not in the week, and one soon after midnight on Monday is in two.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'amazon-date-parser@0.3.0' >/dev/null
cat >j.cjs <<'END'
const Parser = require("amazon-date-parser");
const show = (date) => date.toDateString().slice(0, 10) + " " + date.toTimeString().slice(0, 8);
console.log(process.env.TZ);
for (const text of ["2024-W12", "2024-W13", "2024-W43", "2024-W44", "2024-W10", "2024-W13-WE", "2024-03-XX"]) {
  const { startDate, endDate } = new Parser(text);
  console.log(`  ${text}: ${show(startDate)} to ${show(endDate)}`);
}
END
cat >want <<'END'
Europe/Berlin
  2024-W12: Mon Mar 18 00:00:00 to Sun Mar 24 23:59:59
  2024-W13: Mon Mar 25 00:00:00 to Mon Apr 01 00:59:59
  2024-W43: Mon Oct 21 00:00:00 to Sun Oct 27 22:59:59
  2024-W44: Mon Oct 28 00:00:00 to Sun Nov 03 23:59:59
  2024-W10: Mon Mar 04 00:00:00 to Sun Mar 10 23:59:59
  2024-W13-WE: Sat Mar 30 00:00:00 to Sun Mar 31 23:59:59
  2024-03-XX: Fri Mar 01 00:00:00 to Sun Mar 31 23:59:59
America/New_York
  2024-W12: Mon Mar 18 00:00:00 to Sun Mar 24 23:59:59
  2024-W13: Mon Mar 25 00:00:00 to Sun Mar 31 23:59:59
  2024-W43: Mon Oct 21 00:00:00 to Sun Oct 27 23:59:59
  2024-W44: Mon Oct 28 00:00:00 to Sun Nov 03 22:59:59
  2024-W10: Mon Mar 04 00:00:00 to Mon Mar 11 00:59:59
  2024-W13-WE: Sat Mar 30 00:00:00 to Sun Mar 31 23:59:59
  2024-03-XX: Fri Mar 01 00:00:00 to Sun Mar 31 23:59:59
END
for zone in Europe/Berlin America/New_York; do TZ=$zone node j.cjs; done >seen
diff want seen || { echo "amazon-date-parser-week-into-monday: no longer as recorded" >&2; exit 1; }
echo "amazon-date-parser-week-into-monday: as recorded"
