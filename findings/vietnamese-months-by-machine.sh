#!/usr/bin/env bash
# vietnamese-lunar-calendar: on a server in UTC each third day is wrong, and the leap month of 2025 is another one.
# Vietnam's calendar goes by new moons in UTC+7 (the government's decision 121-CP of 8 August 1967), wherever it is computed:
# 2025 had a second sixth month, from 25 July to 22 August.
# Surprise: the machine's offset takes the place of +7, also for a date given as three numbers. In UTC 2025 has two seventh
# months; in Tokyo one day in fourteen is wrong, in TZ=Asia/Ho_Chi_Minh none. New year of 2025 is right in all three.
# amlich takes the offset as an argument.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'vietnamese-lunar-calendar@0.0.6' 'amlich@0.0.2' >/dev/null
cat >j.cjs <<'END'
const { LunarDate } = require("vietnamese-lunar-calendar");
const { convertSolar2Lunar } = require("amlich");
const name = (day, month, year, leap) => `${year}-${month}${leap ? "-leap" : ""}-${day}`;
const amlich = (...day) => name(...convertSolar2Lunar(...day.toReversed(), 7));
const library = (...day) => {
  const { date, month, year, isLeap } = new LunarDate(...day);
  return name(date, month, year, isLeap);
};
let days = 0, other = 0;
for (let year = 1960; year <= 2040; year++)
  for (const day = new Date(Date.UTC(year, 0, 1)); day.getUTCFullYear() === year; day.setUTCDate(day.getUTCDate() + 1)) {
    const parts = [year, day.getUTCMonth() + 1, day.getUTCDate()];
    days++;
    if (library(...parts) !== amlich(...parts)) other++;
  }
console.log(`${process.env.TZ}: ${other} of ${days} days differ;`, [[2025, 1, 29], [2025, 7, 24], [2025, 7, 25], [2025, 8, 23], [2025, 10, 6]].map((day) => library(...day)).join(" "));
if (process.env.TZ === "UTC")
  console.log("amlich, 7:", [[2025, 1, 29], [2025, 7, 24], [2025, 7, 25], [2025, 8, 23], [2025, 10, 6]].map((day) => amlich(...day)).join(" "));
END
cat >want <<'END'
Asia/Ho_Chi_Minh: 0 of 29586 days differ; 2025-1-1 2025-6-30 2025-6-leap-1 2025-7-1 2025-8-15
Asia/Tokyo: 2156 of 29586 days differ; 2025-1-1 2025-6-30 2025-6-leap-1 2025-7-1 2025-8-15
UTC: 9733 of 29586 days differ; 2025-1-1 2025-7-1 2025-7-2 2025-7-leap-1 2025-8-16
amlich, 7: 2025-1-1 2025-6-30 2025-6-leap-1 2025-7-1 2025-8-15
END
for zone in Asia/Ho_Chi_Minh Asia/Tokyo UTC; do
  TZ=$zone node j.cjs
done >seen
diff want seen || { echo "vietnamese-months-by-machine: no longer as recorded" >&2; exit 1; }
echo "vietnamese-months-by-machine: as recorded"
