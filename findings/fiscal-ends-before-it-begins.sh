#!/usr/bin/env bash
# fiscal (npm): a fiscal year from January to December ends the day before it begins; its quarters and other fiscal years are right.
# The README: FiscalYear gives the start and the end of the year, for a company whose year begins in the given month, 0 to 11.
# Surprise: with 0, January, the year 2024 is from 1 January 2024 to 31 December 2023, so that no day lies in it, its last quarter
# ends a year after it, and a list of the dates of this fiscal year is empty. With the other months that were tried the
# end is right, and so are the quarters of each.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'fiscal@1.0.0' >/dev/null
cat >j.cjs <<'END'
const Fiscal = require("fiscal");
const day = (date) => date.toISOString().slice(0, 10);
for (const [month, text] of [[0, "2024-05-08"], [0, "2024-12-31"], [3, "2024-05-08"], [6, "2024-12-31"], [9, "2024-11-05"]]) {
  const date = new Date(text + "T12:00Z");
  const { fiscalYear, quarter } = new Fiscal(month).getFiscalInfoForDate(date);
  const within = fiscalYear.startDate <= date && date <= fiscalYear.endDate;
  console.log(`from month ${month}, ${text}: year ${fiscalYear.fiscalYear} from ${day(fiscalYear.startDate)} to ${day(fiscalYear.endDate)}, in it ${within}; ${quarter.string} from ${day(quarter.startDate)} to ${day(quarter.endDate)}`);
}
END
cat >want <<'END'
from month 0, 2024-05-08: year 2024 from 2024-01-01 to 2023-12-31, in it false; Q2 from 2024-04-01 to 2024-06-30
from month 0, 2024-12-31: year 2024 from 2024-01-01 to 2023-12-31, in it false; Q4 from 2024-10-01 to 2024-12-31
from month 3, 2024-05-08: year 2025 from 2024-04-01 to 2025-03-31, in it true; Q1 from 2024-04-01 to 2024-06-30
from month 6, 2024-12-31: year 2025 from 2024-07-01 to 2025-06-30, in it true; Q2 from 2024-10-01 to 2024-12-31
from month 9, 2024-11-05: year 2025 from 2024-10-01 to 2025-09-30, in it true; Q1 from 2024-10-01 to 2024-12-31
END
node j.cjs >seen
diff want seen || { echo "fiscal-ends-before-it-begins: no longer as recorded" >&2; exit 1; }
echo "fiscal-ends-before-it-begins: as recorded"
