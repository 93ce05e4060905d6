#!/usr/bin/env bash
# cronjs-matcher: the fifth Friday of a month never comes when it is the 31st, and "Friday to Sunday" has no Sunday.
# Its README: "#" in the day of week is the nth of the month, 1#2 the second Monday, and the days are 0 to 7. A fifth Friday lies on
# the 29th, 30th or 31st.
# Surprise: 31 May 2024, 31 January and 31 October 2025 are left out of 5#5, without a word; the last Friday, 5L, and the Fridays
# of the week have them. In 5-7 and FRI-SUN the 7 is no Sunday, while 7 alone, 7#1 and 7L are. croner has all of them.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@datasert/cronjs-matcher@1.4.0' 'croner@11.0.1' >/dev/null
cat >j.mjs <<'END'
import matcher from "@datasert/cronjs-matcher";
import { Cron } from "croner";
for (const text of ["0 9 * * 5#5", "0 9 * * 5L", "0 9 * * 5-7", "0 9 * * FRI-SUN", "0 9 * * 7"]) {
  console.log(`${text} | cronjs:`, matcher.getFutureMatches(text, { startAt: "2024-01-01T00:00:00Z", matchCount: 6 }).map((time) => time.slice(0, 10)).join(" "));
  console.log(`${text} | croner:`, new Cron(text, { timezone: "UTC" }).nextRuns(6, "2024-01-01T00:00:00Z").map((time) => time.toISOString().slice(0, 10)).join(" "));
}
console.log("31 May 2024 is a 5#5:", matcher.isTimeMatches("0 9 * * 5#5", "2024-05-31T09:00:00Z"));
END
cat >want <<'END'
0 9 * * 5#5 | cronjs: 2024-03-29 2024-08-30 2024-11-29 2025-05-30 2025-08-29 2026-01-30
0 9 * * 5#5 | croner: 2024-03-29 2024-05-31 2024-08-30 2024-11-29 2025-01-31 2025-05-30
0 9 * * 5L | cronjs: 2024-01-26 2024-02-23 2024-03-29 2024-04-26 2024-05-31 2024-06-28
0 9 * * 5L | croner: 2024-01-26 2024-02-23 2024-03-29 2024-04-26 2024-05-31 2024-06-28
0 9 * * 5-7 | cronjs: 2024-01-05 2024-01-06 2024-01-12 2024-01-13 2024-01-19 2024-01-20
0 9 * * 5-7 | croner: 2024-01-05 2024-01-06 2024-01-07 2024-01-12 2024-01-13 2024-01-14
0 9 * * FRI-SUN | cronjs: 2024-01-05 2024-01-06 2024-01-12 2024-01-13 2024-01-19 2024-01-20
0 9 * * FRI-SUN | croner: 2024-01-05 2024-01-06 2024-01-07 2024-01-12 2024-01-13 2024-01-14
0 9 * * 7 | cronjs: 2024-01-07 2024-01-14 2024-01-21 2024-01-28 2024-02-04 2024-02-11
0 9 * * 7 | croner: 2024-01-07 2024-01-14 2024-01-21 2024-01-28 2024-02-04 2024-02-11
31 May 2024 is a 5#5: false
END
{
  node j.mjs
} >seen
diff want seen || { echo "cronjs-fifth-friday-on-the-31st: no longer as recorded" >&2; exit 1; }
echo "cronjs-fifth-friday-on-the-31st: as recorded"
