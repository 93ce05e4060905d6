#!/usr/bin/env bash
# holiday-kr: Korea's New Year of 1997 and 2028 a day early and Buddha's birthday of 2012 a month early: the months are China's.
# Korean months begin by the time of Seoul (UTC+9), China's by that of Beijing (UTC+8), so a new moon between the two midnights
# begins them on two days, and sometimes another month is the leap one. The Korea Astronomy and Space Science Institute
# publishes the Korean ones (Astronomy Act, article 5), and holidays go by them.
# Surprise: a library for Korean holidays, with Korean names, has the Chinese table: of the months of 1950 to 2049 it begins 21 a
# day early and two a month early, in years of another leap month, and the holidays with them. korean-lunar-calendar and kor-lunar have the institute's, and agree.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=Asia/Seoul LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'holiday-kr@0.1.5' 'korean-lunar-calendar@0.4.0' 'kor-lunar@1.4.0' >/dev/null
cat >j.cjs <<'END'
const holidayKr = require("holiday-kr");
const korLunar = require("kor-lunar").default ?? require("kor-lunar");
const KoreanLunarCalendar = require("korean-lunar-calendar").default ?? require("korean-lunar-calendar");
const calendar = new KoreanLunarCalendar();
const text = ({ year, month, day }) => [year, String(month).padStart(2, 0), String(day).padStart(2, 0)].join("-");
const institute = (year, month, day) => (calendar.setLunarDate(year, month, day, false), text(calendar.getSolarCalendar()));
const others = (year, month, day) => [text(korLunar.toSolar(year, month, day, false)), text(holidayKr.getSolar(year, month, day, false))];
const wrong = [], apart = [];
for (let year = 1950; year < 2050; year++)
  for (let month = 1; month < 13; month++) {
    const [second, theirs] = others(year, month, 1);
    if (second !== institute(year, month, 1)) apart.push(year);
    if (theirs !== second) wrong.push(`${year}/${month}`);
  }
console.log("months that begin on other days in holiday-kr:", wrong.length, wrong.join(" "));
console.log("years in which the two others differ:", apart.length);
for (const [name, year, month, day] of [["New Year", 1997, 1, 1], ["New Year", 2028, 1, 1], ["Buddha's birthday", 2012, 4, 8], ["New Year", 2026, 1, 1], ["Chuseok", 2026, 8, 15]])
  console.log(name, year, "korean-lunar-calendar", institute(year, month, day), "| kor-lunar", ...others(year, month, day).join(" | holiday-kr ").split(" "));
END
cat >want <<'END'
months that begin on other days in holiday-kr: 23 1950/2 1952/7 1968/4 1970/6 1973/12 1976/10 1978/3 1982/10 1987/5 1989/10 1995/7 1997/1 2001/4 2005/11 2012/4 2012/5 2017/6 2019/11 2028/1 2034/12 2040/8 2046/5 2048/11
years in which the two others differ: 0
New Year 1997 korean-lunar-calendar 1997-02-08 | kor-lunar 1997-02-08 | holiday-kr 1997-02-07
New Year 2028 korean-lunar-calendar 2028-01-27 | kor-lunar 2028-01-27 | holiday-kr 2028-01-26
Buddha's birthday 2012 korean-lunar-calendar 2012-05-28 | kor-lunar 2012-05-28 | holiday-kr 2012-04-28
New Year 2026 korean-lunar-calendar 2026-02-17 | kor-lunar 2026-02-17 | holiday-kr 2026-02-17
Chuseok 2026 korean-lunar-calendar 2026-09-25 | kor-lunar 2026-09-25 | holiday-kr 2026-09-25
END
node j.cjs >seen
diff want seen || { echo "holiday-kr-chinese-months: no longer as recorded" >&2; exit 1; }
echo "holiday-kr-chinese-months: as recorded"
