#!/usr/bin/env bash
# any-date-parser: "2027-05" is the 5th of no month, the Monday of week 42 is 1 February, and in Arabic 3 May is 15:00.
# ISO 8601-1 has 2027-05 for a month, 2027-W42-1 for a day of a week (here 18 October) and 2027-130 for the 130th day
# of the year, 10 May.
# Surprise: "May 2027" is a month and no day, as is the same in German, Chinese and Russian; of the date in Arabic only the
# first letter of the month is read, which is also that of "p.m.", where June and July are months.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'any-date-parser@2.2.4' >/dev/null
cat >j.cjs <<'END'
const parser = require("any-date-parser");
for (const [text, locale] of [
  ["2027-05-03", "en-US"],
  ["May 2027", "en-US"],
  ["2027-05", "en-US"],
  ["2027-W42-1", "en-US"],
  ["2027-130", "en-US"],
  ["Mai 2027", "de-DE"],
  ["05.2027", "de-DE"],
  ["2027年5月", "zh-CN"],
  ["3 مايو 2027", "ar"],
  ["3 يونيو 2027", "ar"],
  ["3 يوليو 2027", "ar"],
])
  console.log(locale, text, JSON.stringify(parser.attempt(text, locale)));
END
cat >want <<'END'
en-US 2027-05-03 {"year":2027,"month":5,"day":3}
en-US May 2027 {"year":2027,"month":5}
en-US 2027-05 {"year":2027,"day":5}
en-US 2027-W42-1 {"year":2027,"month":2,"day":1}
en-US 2027-130 {"year":2027,"day":13}
de-DE Mai 2027 {"year":2027,"month":5}
de-DE 05.2027 {"year":2027,"day":5}
zh-CN 2027年5月 {"year":2027,"month":5}
ar 3 مايو 2027 {"hour":15,"year":2027}
ar 3 يونيو 2027 {"day":3,"month":6,"year":2027}
ar 3 يوليو 2027 {"day":3,"month":7,"year":2027}
END
node j.cjs >seen
diff want seen || { echo "any-date-parser-iso-dates: no longer as recorded" >&2; exit 1; }
echo "any-date-parser-iso-dates: as recorded"
