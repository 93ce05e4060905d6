#!/usr/bin/env bash
# Chinese calendar: Mid-Autumn of 2007 a day late in lunar-calendar, that of 2033 a month late in chinese-lunar.
# GB/T 33661-2017, section 4: a month begins on the day of the new moon in Beijing time; of the months between two
# winter solstices, if they are thirteen, the first without a major solar term is the leap month. The Hong Kong
# Observatory's tables have both festivals, day 15 of month 8, on 25 September 2007 and on 8 September 2033.
# Surprise: in lunar-calendar five months of 2007 begin a day late, though their new moons are in the evening (17 April,
# 19:36) and not near midnight; its other recent years are right. In chinese-lunar the leap month of 2033 follows the
# seventh month, where older tables had it, and not the eleventh: four months have the wrong name.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'lunar-calendar@0.1.4' 'chinese-lunar@0.1.4' 'solarlunar@3.1.0' 'lunar-javascript@1.7.7' >/dev/null
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'borax==4.1.3'
cat >j.cjs <<'END'
const lunarCalendar = require("lunar-calendar");
const chineseLunar = require("chinese-lunar");
const solarLunar = require("solarlunar").default ?? require("solarlunar");
const { Solar } = require("lunar-javascript");
const text = (month, day, leap) => `${leap ? "leap " : ""}${month}-${day}`;
const readers = {
  "lunar-calendar": (y, m, d) => {
    const day = lunarCalendar.solarToLunar(y, m, d);
    const names = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    const name = day.lunarMonthName.replace("月", "");
    return text(names.indexOf(name.replace("闰", "")) + 1, day.lunarDay, name.startsWith("闰"));
  },
  "chinese-lunar": (y, m, d) => {
    const day = chineseLunar.solarToLunar(new Date(y, m - 1, d));
    return text(day.month, day.day, day.leap);
  },
  solarlunar: (y, m, d) => {
    const day = solarLunar.solar2lunar(y, m, d);
    return text(day.lMonth, day.lDay, day.isLeap);
  },
  "lunar-javascript": (y, m, d) => {
    const day = Solar.fromYmd(y, m, d).getLunar();
    return text(Math.abs(day.getMonth()), day.getDay(), day.getMonth() < 0);
  },
};
for (const [name, read] of Object.entries(readers))
  console.log(name, "|", process.argv.slice(2).map((date) => read(...date.split("-").map(Number))).join(", "));
END
cat >p.py <<'END'
import sys
from datetime import date
from borax.calendars.lunardate import LunarDate
days = [LunarDate.from_solar(date.fromisoformat(text)) for text in sys.argv[1:]]
print("borax |", ", ".join(f"{'leap ' if day.leap else ''}{day.month}-{day.day}" for day in days))
END
cat >want <<'END'
2007-04-17 2007-07-14 2007-09-25 2024-09-17 2033-09-08 2033-10-07 2033-12-22
lunar-calendar | 2-30, 5-30, 8-14, 8-15, 8-15, 9-15, leap 11-1
chinese-lunar | 3-1, 6-1, 8-15, 8-15, leap 7-15, 8-15, 11-1
solarlunar | 3-1, 6-1, 8-15, 8-15, 8-15, 9-15, leap 11-1
lunar-javascript | 3-1, 6-1, 8-15, 8-15, 8-15, 9-15, leap 11-1
borax | 3-1, 6-1, 8-15, 8-15, 8-15, 9-15, leap 11-1
END
{
  set -- 2007-04-17 2007-07-14 2007-09-25 2024-09-17 2033-09-08 2033-10-07 2033-12-22
  echo "$*"
  node j.cjs "$@"
  v/bin/python p.py "$@"
} >seen
diff want seen || { echo "chinese-mid-autumn-2007-and-2033: no longer as recorded" >&2; exit 1; }
echo "chinese-mid-autumn-2007-and-2033: as recorded"
