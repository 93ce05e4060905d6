#!/usr/bin/env bash
# parse-duration: "10-12 days" are 12 days, or 298 hours if hours are asked for, or 22 days; and 1:30 is 90 seconds, 90 minutes or 54 hours.
# Its README: parse(text, format) converts a text to milliseconds, and the second argument is a custom output format, such as "m".
# Surprise: a number without a unit takes that of the answer, so another unit is not the same length in other words. Of two numbers joined
# by a hyphen the first has none, and both are added: two to three hours are three hours and two milliseconds, three hours and two minutes, five hours,
# or two days and three hours. 1:30 gives its minutes the next smaller unit of the answer. Texts with a unit for each number are right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'parse-duration@2.1.9' >/dev/null
cat >j.mjs <<'END'
import parse from "parse-duration";
const hours = { ms: 1 / 3600e3, m: 1 / 60, h: 1, d: 24 };
for (const text of ["1h 30m", "90 minutes", "10 days", "1h 30", "1:30", "2-3 hours", "10-12 days", "2 to 3 weeks"])
  console.log(`${text}:`, ...Object.entries(hours).map(([unit, size]) => `asked for ${unit} ${Math.round(parse(text, unit) * size * 1e5) / 1e5} hours,`));
END
cat >want <<'END'
1h 30m: asked for ms 1.5 hours, asked for m 1.5 hours, asked for h 1.5 hours, asked for d 1.5 hours,
90 minutes: asked for ms 1.5 hours, asked for m 1.5 hours, asked for h 1.5 hours, asked for d 1.5 hours,
10 days: asked for ms 240 hours, asked for m 240 hours, asked for h 240 hours, asked for d 240 hours,
1h 30: asked for ms 1.5 hours, asked for m 1.5 hours, asked for h 1.5 hours, asked for d 1.5 hours,
1:30: asked for ms 0 hours, asked for m 0.025 hours, asked for h 1.5 hours, asked for d 54 hours,
2-3 hours: asked for ms 3 hours, asked for m 3.03333 hours, asked for h 5 hours, asked for d 51 hours,
10-12 days: asked for ms 288 hours, asked for m 288.16667 hours, asked for h 298 hours, asked for d 528 hours,
2 to 3 weeks: asked for ms 504 hours, asked for m 504 hours, asked for h 504 hours, asked for d 504 hours,
END
node j.mjs >seen
diff want seen || { echo "parse-duration-unit-of-the-answer: no longer as recorded" >&2; exit 1; }
echo "parse-duration-unit-of-the-answer: as recorded"
