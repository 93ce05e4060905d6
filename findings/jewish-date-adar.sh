#!/usr/bin/env bash
# jewish-date: 14 Adar II of an ordinary year is the eve of Passover, and Purim by "Adar" comes a month early in a leap year.
# An ordinary year has one Adar; a leap year has Adar I and Adar II, and Purim, 14 Adar, is in the second (Mishnah, Megillah
# 1:4). RFC 7529 section 4.1 makes a leap month that a year lacks a question of SKIP: left out, or another month.
# Surprise: the library's own list of the months of 5785 has no Adar II, yet toGregorianDate takes the name and answers with a day
# of Nisan, which toJewishDate then says; a day of Adar I becomes one of Adar. hebcal reads both names as Adar in 5785.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'jewish-date@2.0.29' '@hebcal/hdate@0.22.8' >/dev/null
cat >j.mjs <<'END'
import { HDate } from "@hebcal/hdate";
import { createRequire } from "node:module";
const { toGregorianDate, toJewishDate } = createRequire(import.meta.url)("jewish-date");
const iso = (date) => new Date(date.getTime()).toISOString().slice(0, 10);
for (const [year, monthName, name] of [[5784, "AdarII", "Adar II"], [5784, "Adar", "Adar"], [5785, "Adar", "Adar"], [5785, "AdarI", "Adar I"], [5785, "AdarII", "Adar II"]]) {
  const date = toGregorianDate({ year, monthName, day: 14 });
  const again = toJewishDate(date);
  const other = new HDate(14, name, year);
  console.log(`14 ${name} ${year}: jewish-date ${iso(date)}, ${again.day} ${again.monthName}; hebcal ${iso(other.greg())}, ${other.getDate()} ${other.getMonthName()}`);
}
END
cat >want <<'END'
14 Adar II 5784: jewish-date 2024-03-24, 14 AdarII; hebcal 2024-03-24, 14 Adar II
14 Adar 5784: jewish-date 2024-02-23, 14 AdarI; hebcal 2024-03-24, 14 Adar II
14 Adar 5785: jewish-date 2025-03-14, 14 Adar; hebcal 2025-03-14, 14 Adar
14 Adar I 5785: jewish-date 2025-03-14, 14 Adar; hebcal 2025-03-14, 14 Adar
14 Adar II 5785: jewish-date 2025-04-12, 14 Nisan; hebcal 2025-03-14, 14 Adar
END
node j.mjs >seen
diff want seen || { echo "jewish-date-adar: no longer as recorded" >&2; exit 1; }
echo "jewish-date-adar: as recorded"
