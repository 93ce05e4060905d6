#!/usr/bin/env bash
# Sugar: "one week from tomorrow" is two weeks from today, and the fifth Friday of April 2024 is in May.
# A week from tomorrow is on the weekday of tomorrow: that is how Sugar reads "two weeks from tuesday", and "2 days from tomorrow".
# ISO 8601 writes the 140th day of 2024 as 2024-140; it is 19 May.
# Surprise: beside weeks, tomorrow is not a day more but a week more, so every such date is six days late and on another weekday.
# A fifth Friday that a month does not have is in the next month, without "the" it is the 1st; "the 31st of april" is 1 May, and
# 2024-140 today at 10:40.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'sugar-date@2.0.6' >/dev/null
cat >j.cjs <<'END'
const Sugar = require("sugar-date");
for (const day of [4, 6, 9]) {
  const now = new Date(2024, 2, day, 9);
  Sugar.Date.setOption("newDateInternal", () => new Date(now));
  const texts = ["tomorrow", "one week from tomorrow", "two weeks from tomorrow", "two weeks from today", "two weeks from tuesday", "2 days from tomorrow"];
  console.log(`on ${now.toString().slice(0, 10)}:`, ...texts.map((text) => `${text}: ${Sugar.Date.create(text).toString().slice(0, 10)};`));
}
Sugar.Date.setOption("newDateInternal", () => new Date(2024, 2, 4, 9));
for (const text of ["the fifth friday of may 2024", "the fifth friday of april 2024", "fifth friday of april 2024", "the 31st of april", "2024-140"]) {
  console.log(`${text}: ${Sugar.Date.create(text).toString().slice(0, 21)}`);
}
END
cat >want <<'END'
on Mon Mar 04: tomorrow: Tue Mar 05; one week from tomorrow: Mon Mar 18; two weeks from tomorrow: Mon Mar 25; two weeks from today: Mon Mar 18; two weeks from tuesday: Tue Mar 19; 2 days from tomorrow: Thu Mar 07;
on Wed Mar 06: tomorrow: Thu Mar 07; one week from tomorrow: Wed Mar 20; two weeks from tomorrow: Wed Mar 27; two weeks from today: Wed Mar 20; two weeks from tuesday: Tue Mar 19; 2 days from tomorrow: Sat Mar 09;
on Sat Mar 09: tomorrow: Sun Mar 10; one week from tomorrow: Sat Mar 23; two weeks from tomorrow: Sat Mar 30; two weeks from today: Sat Mar 23; two weeks from tuesday: Tue Mar 19; 2 days from tomorrow: Tue Mar 12;
the fifth friday of may 2024: Fri May 31 2024 00:00
the fifth friday of april 2024: Fri May 03 2024 00:00
fifth friday of april 2024: Mon Apr 01 2024 00:00
the 31st of april: Wed May 01 2024 00:00
2024-140: Mon Mar 04 2024 10:40
END
node j.cjs >seen
diff want seen || { echo "sugar-week-from-tomorrow: no longer as recorded" >&2; exit 1; }
echo "sugar-week-from-tomorrow: as recorded"
