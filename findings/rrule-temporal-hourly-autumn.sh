#!/usr/bin/env bash
# rrule-temporal over the night the clocks go back: every hour loses an hour, every two hours does not.
# Europe/Berlin 2021-10-31, 03:00 CEST becomes 02:00 CET. Both rules are read as steps on the same clock.
# Surprise: with INTERVAL=1 there are two hours of real time between 02:00+02:00 and the next one, 03:00+01:00;
# with INTERVAL=2 the steps are two hours of real time as well, and with INTERVAL=3 four. RFC 5545 section
# 3.3.10 has one rule for all three.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'rrule-temporal@2.2.8' >/dev/null
cat >j.js <<'END'
const { RRuleTemporal } = require("rrule-temporal");
for (const n of [1, 2, 3]) {
  const r = new RRuleTemporal({ rruleString: `DTSTART;TZID=Europe/Berlin:20211031T000000\nRRULE:FREQ=HOURLY;INTERVAL=${n};COUNT=5` });
  const all = r.all();
  console.log(n, all.map((d) => d.toString().slice(11, 22)).join(" "), "| hours between:", all.slice(1).map((d, i) => (d.epochMilliseconds - all[i].epochMilliseconds) / 3600000).join(" "));
}
END
cat >want <<'END'
1 00:00:00+02 01:00:00+02 02:00:00+02 03:00:00+01 04:00:00+01 | hours between: 1 1 2 1
2 00:00:00+02 02:00:00+02 03:00:00+01 05:00:00+01 07:00:00+01 | hours between: 2 2 2 2
3 00:00:00+02 02:00:00+01 05:00:00+01 08:00:00+01 11:00:00+01 | hours between: 3 3 3 3
END
node j.js >seen
diff want seen || { echo "rrule-temporal-hourly-autumn: no longer as recorded" >&2; exit 1; }
echo "rrule-temporal-hourly-autumn: as recorded"
