#!/usr/bin/env bash
# natural-cron.js: "every 2 weeks" is every minute, "every day except Sunday" is Sunday, "2nd of every month" is in February.
# It turns English into cron with a year (minute, hour, day, month, weekday, year); its README names no limit. The format has
# days of the month, lists of weekdays and "6L", so all but the two weeks can be said in it.
# Surprise: what it does not know is left out and the rest stays, so that a job runs more often, and no phrase is an error.
# A number before "of every month" goes into the field of months, which has no 31; 25 December is each day of December.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@darkeyedevelopers/natural-cron.js@1.1.0' >/dev/null
cat >j.cjs <<'END'
const getCronString = require("@darkeyedevelopers/natural-cron.js");
for (const phrase of [
  "every day at 2:55 pm",
  "every monday and thursday at 9am",
  "monday to friday at 9am",
  "every day except sunday at 9am",
  "every 2 weeks",
  "every year on december 25 at 9am",
  "2nd of every month at midnight",
  "every 31st of the month at 9am",
  "every last friday of the month at 9am",
  "every friday the 13th at 9am",
])
  console.log(`${phrase}:`, getCronString(phrase));
END
cat >want <<'END'
every day at 2:55 pm: 55 14 * * ? *
every monday and thursday at 9am: 0 9 ? * MON,THU *
monday to friday at 9am: 0 9 ? * MON-FRI *
every day except sunday at 9am: 0 9 ? * SUN *
every 2 weeks: * * * * ? *
every year on december 25 at 9am: 0 9 * DEC ? *
2nd of every month at midnight: 0 0 * 2 ? *
every 31st of the month at 9am: 0 9 * 31 ? *
every last friday of the month at 9am: 0 9 ? * FRI *
every friday the 13th at 9am: 0 9 ? * FRI *
END
{
  node j.cjs
} >seen
diff want seen || { echo "natural-cron-except-sunday: no longer as recorded" >&2; exit 1; }
echo "natural-cron-except-sunday: as recorded"
