#!/usr/bin/env bash
# get-fiscal-year: Germany, France and Ireland have no fiscal year but a TypeError, and Iran's begins a month late, on 21 April.
# Its README: "Easily get the fiscal year for any country", by code or name. The year is the calendar year by section 4 of
# Germany's budget code (BHO) and by France's organic law on finance acts; in Iran, by its Public Accounting Act, it is a year of the
# solar calendar, from 1 Farvardin, which is 20 or 21 March.
# Surprise: each country whose year begins on 1 January fails, some 150 of the codes, as if the code were wrong, for which the
# library has a message of its own. The others, as Britain's 6 April or Ethiopia's 8 July, are there.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'get-fiscal-year@3.0.6' >/dev/null
cat >j.cjs <<'END'
const GetFiscalYear = require("get-fiscal-year");
const years = new GetFiscalYear();
function begins(country) {
  try {
    return new Date(years.getFiscalYear(country).fiscalYearStart).toISOString().slice(5, 10);
  } catch (error) {
    return error.constructor.name;
  }
}
for (const country of ["US", "GB", "JP", "ET", "IR", "DE", "Germany", "FR", "IE", "CN", "BR"]) console.log(country, begins(country));
const persian = new Intl.DateTimeFormat("en-u-ca-persian", { month: "numeric", day: "numeric", timeZone: "UTC" });
for (const day of ["2024-03-20", "2025-03-21", "2025-04-21"])
  console.log("Intl, Persian calendar:", day, persian.formatToParts(new Date(day)).filter((part) => part.type !== "literal").map((part) => `${part.type} ${part.value}`).join(", "));
END
cat >want <<'END'
US 10-01
GB 04-06
JP 04-01
ET 07-08
IR 04-21
DE TypeError
Germany TypeError
FR TypeError
IE TypeError
CN TypeError
BR TypeError
Intl, Persian calendar: 2024-03-20 month 1, day 1
Intl, Persian calendar: 2025-03-21 month 1, day 1
Intl, Persian calendar: 2025-04-21 month 2, day 1
END
node j.cjs >seen
diff want seen || { echo "get-fiscal-year-of-germany: no longer as recorded" >&2; exit 1; }
echo "get-fiscal-year-of-germany: as recorded"
