#!/usr/bin/env bash
# moment-recur and dayjs-recur: "every 31st" is the last day of short months as well, and there is no week 53.
# The libraries match dates by number; RFC 5545 section 3.3.10 would leave months without a 31st out, and knows
# weeks 1 to 53.
# Surprise: every(31).daysOfMonth() gives 28 February and 30 April; every(53).weeksOfYear() is an error, so 28
# December 2026 to 3 January 2027 cannot be named.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'moment-recur@1.0.7' 'moment@2.31.0' 'dayjs-recur@1.0.1' 'dayjs@1.11.23' >/dev/null
cat >j.cjs <<'END'
const moment = require("moment"), dayjs = require("dayjs");
require("moment-recur");
dayjs.extend(require("dayjs-recur"));
for (const [name, make] of [["moment-recur", moment], ["dayjs-recur", dayjs]]) {
  console.log(name, make("2027-01-01").recur().every(31).daysOfMonth().next(4, "YYYY-MM-DD").join(" "));
  try { make("2026-01-01").recur().every(53).weeksOfYear(); console.log(name, "week 53 taken"); }
  catch (error) { console.log(name, "week 53:", error.message); }
}
END
cat >want <<'END'
moment-recur 2027-01-31 2027-02-28 2027-03-31 2027-04-30
moment-recur week 53: Value should be in range 0 to 52
dayjs-recur 2027-01-31 2027-02-28 2027-03-31 2027-04-30
dayjs-recur week 53: Value should be in range 0 to 52
END
node j.cjs >seen
diff want seen || { echo "moment-recur-month-end: no longer as recorded" >&2; exit 1; }
echo "moment-recur-month-end: as recorded"
