#!/usr/bin/env bash
# timezonecomplete: no summer time in Cairo since 2023, though the library's own data has the rule.
# The tz database has it from the last Friday of April to the last Thursday of October at 24:00, and the data
# package that the library reads says so.
# Surprise: July in Cairo is UTC+2 from 2023 on, while 2010, from the same list of rules, is right. Istanbul in
# July 2007 is an hour behind as well, 2006 and 2008 are right. moment-timezone has every hour.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'timezonecomplete@5.15.1' 'tzdata@1.0.49' 'moment-timezone@0.6.6' >/dev/null
cat >j.cjs <<'END'
const tc = require("timezonecomplete");
const moment = require("moment-timezone");
const rules = require("tzdata/timezone-data.json").rules.Egypt;
console.log("data:", JSON.stringify(rules.filter((rule) => rule[0] === "2023")));
for (const [zone, years] of [["Africa/Cairo", [2010, 2022, 2023, 2024, 2025]], ["Europe/Istanbul", [2006, 2007, 2008]]]) {
  for (const year of years) {
    const time = Date.UTC(year, 6, 15, 12);
    const offset = new tc.DateTime(time, tc.zone("UTC")).toZone(tc.zone(zone)).offset() / 60;
    console.log(zone, `July ${year}:`, "timezonecomplete", offset, "moment-timezone", moment.tz(time, zone).utcOffset() / 60);
  }
}
END
cat >want <<'END'
data: [["2023","max","-","Apr","lastFri",["0","0","0",null],"60","S"],["2023","max","-","Oct","lastThu",["24","0","0",null],"0","-"]]
Africa/Cairo July 2010: timezonecomplete 3 moment-timezone 3
Africa/Cairo July 2022: timezonecomplete 2 moment-timezone 2
Africa/Cairo July 2023: timezonecomplete 2 moment-timezone 3
Africa/Cairo July 2024: timezonecomplete 2 moment-timezone 3
Africa/Cairo July 2025: timezonecomplete 2 moment-timezone 3
Europe/Istanbul July 2006: timezonecomplete 3 moment-timezone 3
Europe/Istanbul July 2007: timezonecomplete 2 moment-timezone 3
Europe/Istanbul July 2008: timezonecomplete 3 moment-timezone 3
END
{
  node j.cjs
} >seen
diff want seen || { echo "timezonecomplete-cairo-summer: no longer as recorded" >&2; exit 1; }
echo "timezonecomplete-cairo-summer: as recorded"
