#!/usr/bin/env bash
# fiscal-year: the last day of Britain's tax year is in its first quarter, and the last five days of each month in the next one.
# Income Tax Act 2007, section 4(3): a tax year begins on 6 April and ends on the following 5 April. The README has the month and the day on
# which a year starts, and three questions about a date: its fiscal year, quarter and month (from 0).
# Surprise: the year goes by the day, the quarter and the month go by the month alone. On 5 April 2024 it is the year 2024, and the first quarter and
# the first month of it; on 5 July the second quarter has begun, which begins on the 6th. A year from the 1st, as in the README, is right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'fiscal-year@1.0.0' 'moment@2.31.0' >/dev/null
cat >j.cjs <<'END'
const { default: FiscalYear } = require("fiscal-year");
const britain = FiscalYear({ month: 3, day: 6 });
const july = FiscalYear({ month: 6, day: 1 });
const show = (name, year, date) =>
  console.log(`${name}, ${date}: year ${year.getFiscalYear(date)}, quarter ${year.getFiscalQuarter(date)}, month ${year.getFiscalMonth(date)}`);
for (const date of ["2024-03-31", "2024-04-01", "2024-04-05", "2024-04-06", "2024-05-05", "2024-05-06", "2024-07-05", "2024-07-06", "2025-04-05"]) show("from 6 April", britain, date);
for (const date of ["2024-06-30", "2024-07-01", "2024-09-30", "2024-10-01"]) show("from 1 July", july, date);
END
cat >want <<'END'
from 6 April, 2024-03-31: year 2024, quarter 4, month 11
from 6 April, 2024-04-01: year 2024, quarter 1, month 0
from 6 April, 2024-04-05: year 2024, quarter 1, month 0
from 6 April, 2024-04-06: year 2025, quarter 1, month 0
from 6 April, 2024-05-05: year 2025, quarter 1, month 1
from 6 April, 2024-05-06: year 2025, quarter 1, month 1
from 6 April, 2024-07-05: year 2025, quarter 2, month 3
from 6 April, 2024-07-06: year 2025, quarter 2, month 3
from 6 April, 2025-04-05: year 2025, quarter 1, month 0
from 1 July, 2024-06-30: year 2024, quarter 4, month 11
from 1 July, 2024-07-01: year 2025, quarter 1, month 0
from 1 July, 2024-09-30: year 2025, quarter 1, month 2
from 1 July, 2024-10-01: year 2025, quarter 2, month 3
END
node j.cjs >seen
diff want seen || { echo "fiscal-year-last-day-first-quarter: no longer as recorded" >&2; exit 1; }
echo "fiscal-year-last-day-first-quarter: as recorded"
