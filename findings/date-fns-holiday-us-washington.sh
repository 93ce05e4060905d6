#!/usr/bin/env bash
# date-fns-holiday-us: Washington's Birthday is a bank holiday and no federal one, in any year.
# 5 U.S.C. 6103(a) lists eleven legal public holidays, the third among them "Washington's Birthday, the third Monday in February";
# Juneteenth was added in 2021.
# Surprise: getFederalHolidays has ten days, and isFederalHoliday says no on the third Monday of February; getBankHolidays has it.
# Juneteenth is federal in 2006 too. The ten others fall on the days that the law has.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'date-fns-holiday-us@1.1.0' 'date-fns@4.4.0' >/dev/null
cat >j.cjs <<'END'
const us = require("date-fns-holiday-us");
const day = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
const days = (holidays) => Object.values(holidays).map((holiday) => day(holiday.date)).sort();
for (const year of [2006, 2024, 2027]) {
  const federal = days(us.getFederalHolidays(year));
  const bank = days(us.getBankHolidays(year));
  console.log(year, federal.length, "federal:", ...federal);
  console.log(year, "bank holidays that are not federal:", ...bank.filter((each) => !federal.includes(each)));
}
for (const [year, month, date] of [[2024, 1, 15], [2024, 2, 19], [2024, 5, 27], [2006, 6, 19]])
  console.log(`${year}-${month}-${date}:`, "federal", us.isFederalHoliday(new Date(year, month - 1, date)), "bank", us.isBankHoliday(new Date(year, month - 1, date)));
END
cat >want <<'END'
2006 10 federal: 2006-01-01 2006-01-16 2006-05-29 2006-06-19 2006-07-04 2006-09-04 2006-10-09 2006-11-11 2006-11-23 2006-12-25
2006 bank holidays that are not federal: 2006-02-20
2024 10 federal: 2024-01-01 2024-01-15 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-10-14 2024-11-11 2024-11-28 2024-12-25
2024 bank holidays that are not federal: 2024-02-19
2027 10 federal: 2027-01-01 2027-01-18 2027-05-31 2027-06-19 2027-07-04 2027-09-06 2027-10-11 2027-11-11 2027-11-25 2027-12-25
2027 bank holidays that are not federal: 2027-02-15
2024-1-15: federal true bank true
2024-2-19: federal false bank true
2024-5-27: federal true bank true
2006-6-19: federal true bank false
END
node j.cjs >seen
diff want seen || { echo "date-fns-holiday-us-washington: no longer as recorded" >&2; exit 1; }
echo "date-fns-holiday-us-washington: as recorded"
