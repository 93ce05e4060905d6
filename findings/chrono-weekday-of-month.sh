#!/usr/bin/env bash
# chrono: "the last Friday of September 2021" is found, as two dates, neither of which it is (24 September).
# It knows "last day of September 2021", so a weekday there is not far off.
# Surprise: "last Friday" (of "second Tuesday" just "Tuesday") is taken from the reference day, Monday
# 2027-01-04, and "September 2021" is a second result, its first day. ISO 8601's 2021-09 and 2021-W37-4 are
# nothing.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'chrono-node@2.10.3' >/dev/null
cat >j.cjs <<'END'
const chrono = require("chrono-node");
const now = new Date("2027-01-04T09:00:00Z");
for (const s of ["the last Friday of September 2021", "second Tuesday of September 2021", "last day of September 2021", "Q3 2021", "16-17 September 2021", "2021-09", "2021-W37-4"])
  console.log(s, "->", chrono.parse(s, now).map((r) => `"${r.text}" ${r.start.date().toISOString().slice(0, 10)}${r.end ? "/" + r.end.date().toISOString().slice(0, 10) : ""}`).join("; ") || "nothing");
END
cat >want <<'END'
the last Friday of September 2021 -> "last Friday" 2027-01-01; "September 2021" 2021-09-01
second Tuesday of September 2021 -> "Tuesday" 2027-01-05; "September 2021" 2021-09-01
last day of September 2021 -> "last day of September 2021" 2021-09-30
Q3 2021 -> nothing
16-17 September 2021 -> "16-17 September 2021" 2021-09-16/2021-09-17
2021-09 -> nothing
2021-W37-4 -> nothing
END
node j.cjs >seen
diff want seen || { echo "chrono-weekday-of-month: no longer as recorded" >&2; exit 1; }
echo "chrono-weekday-of-month: as recorded"
