#!/usr/bin/env bash
# human-interval, behind the schedulers Agenda and Bree: "two thousand minutes" is two, "an hour" is no time at all.
# The README promises units with numbers in English words, and "day" for one day; it speaks of no other words.
# Surprise: what is not understood is left out, and the rest is an interval: "one and a half hours" is one hour, "1,5 hours" too,
# "a day", "every hour" and "half an hour" are 0, which an every() takes, and "ten to twelve days" is 1012 days. Of the
# words for numbers "thousand" is lost: three thousand two hundred seconds are 500; a hundred and a million are right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'human-interval@2.0.1' 'numbered@1.1.0' >/dev/null
cat >j.cjs <<'END'
const humanInterval = require("human-interval");
for (const text of [
  "two minutes", "two thousand minutes", "three thousand two hundred seconds", "two million seconds", "one hundred and twenty minutes", "1.5 hours", "1,5 hours", "one and a half hours", "two and a half days",
  "day", "a day", "hour", "an hour", "every hour", "half an hour", "ten to twelve days", "1 hr",
])
  console.log(`${text}:`, humanInterval(text) / 60e3, "minutes");
END
cat >want <<'END'
two minutes: 2 minutes
two thousand minutes: 2 minutes
three thousand two hundred seconds: 8.333333333333334 minutes
two million seconds: 33333.333333333336 minutes
one hundred and twenty minutes: 120 minutes
1.5 hours: 90 minutes
1,5 hours: 60 minutes
one and a half hours: 60 minutes
two and a half days: 2880 minutes
day: 1440 minutes
a day: 0 minutes
hour: 60 minutes
an hour: 0 minutes
every hour: 0 minutes
half an hour: 0 minutes
ten to twelve days: 1457280 minutes
1 hr: NaN minutes
END
node j.cjs >seen
diff want seen || { echo "human-interval-words: no longer as recorded" >&2; exit 1; }
echo "human-interval-words: as recorded"
