#!/usr/bin/env bash
# sherlockjs: "from 3pm to 4:30pm on Friday", said on a Monday, is a meeting of four days.
# Its README: English events become a title, a start and an end, and "The party is tomorrow from 3pm to 5pm." is its example.
# Surprise: where the day stands behind the hours, it is the day of the end alone and the start is today; with "tomorrow" too.
# "May 4 - May 9 2025" begins a year before it ends, while "half an hour" is a whole one and "1.5 hours" are five. The same words
# with the day first, or a year at both ends, are right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'sherlockjs@1.4.2' >/dev/null
cat >j.cjs <<'END'
const Sherlock = require("sherlockjs");
Sherlock._setNow(new Date(2024, 2, 4, 9)); // a Monday; the function is there for tests
const text = (date) => (date ? date.toString().slice(0, 21) : "none");
for (const words of [
  "Sync on Friday from 3pm to 4:30pm", "Sync from 3pm to 4:30pm on Friday", "Sync tomorrow from 3pm to 4:30pm", "Sync from 3pm to 4:30pm tomorrow",
  "Sync from 3pm to 4:30pm on March 12", "Retreat May 4 2025 - May 9 2025", "Retreat May 4 - May 9 2025", "Retreat from May 4 to May 9 2025",
  "Meet in 30 minutes", "Meet in half an hour", "Meet in 1.5 hours",
]) {
  const { startDate, endDate } = Sherlock.parse(words);
  console.log(`${words}: ${text(startDate)} to ${text(endDate)}`);
}
END
cat >want <<'END'
Sync on Friday from 3pm to 4:30pm: Fri Mar 08 2024 15:00 to Fri Mar 08 2024 16:30
Sync from 3pm to 4:30pm on Friday: Mon Mar 04 2024 15:00 to Fri Mar 08 2024 16:30
Sync tomorrow from 3pm to 4:30pm: Tue Mar 05 2024 15:00 to Tue Mar 05 2024 16:30
Sync from 3pm to 4:30pm tomorrow: Mon Mar 04 2024 15:00 to Tue Mar 05 2024 16:30
Sync from 3pm to 4:30pm on March 12: Mon Mar 04 2024 15:00 to Tue Mar 12 2024 16:30
Retreat May 4 2025 - May 9 2025: Sun May 04 2025 00:00 to Fri May 09 2025 00:00
Retreat May 4 - May 9 2025: Sat May 04 2024 00:00 to Fri May 09 2025 00:00
Retreat from May 4 to May 9 2025: Sat May 04 2024 00:00 to Fri May 09 2025 00:00
Meet in 30 minutes: Mon Mar 04 2024 09:30 to none
Meet in half an hour: Mon Mar 04 2024 10:00 to none
Meet in 1.5 hours: Mon Mar 04 2024 14:00 to none
END
node j.cjs >seen
diff want seen || { echo "sherlockjs-day-behind-the-hours: no longer as recorded" >&2; exit 1; }
echo "sherlockjs-day-behind-the-hours: as recorded"
