#!/usr/bin/env bash
# Chinese calendar: months whose new moon falls near midnight begin on two different days.
# Surprise: for the days below four libraries give two answers; none offers a choice or names a source.
# Birthdays and memorial days by the lunar calendar then fall on other days of ours. No RFC decides between
# them.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'lunardate==0.3.0' 'sxtwl==2.0.7' 'lunar_python==1.4.8' 'zhdate==0.1'
cat >d.py <<'END'
import datetime as D
import lunar_python, lunardate, sxtwl, zhdate
for day in D.date(1933, 7, 22), D.date(1978, 9, 2), D.date(1978, 10, 1), D.date(2057, 9, 28), D.date(2057, 10, 27):
    a = lunardate.LunarDate.from_solar_date(day.year, day.month, day.day) if hasattr(lunardate.LunarDate, "from_solar_date") else lunardate.LunarDate.fromSolarDate(day.year, day.month, day.day)
    s = sxtwl.fromSolar(day.year, day.month, day.day)
    l = lunar_python.Solar.fromYmd(day.year, day.month, day.day).getLunar()
    z = zhdate.ZhDate.from_datetime(D.datetime(day.year, day.month, day.day))
    print(day, "lunardate %d/%d" % (a.month, a.day), "sxtwl %d/%d" % (s.getLunarMonth(), s.getLunarDay()), "lunar-python %d/%d" % (abs(l.getMonth()), l.getDay()), "zhdate %d/%d" % (z.lunar_month, z.lunar_day))
END
cat >want <<'END'
1933-07-22 lunardate 6/1 sxtwl 5/30 lunar-python 5/30 zhdate 5/30
1978-09-02 lunardate 8/1 sxtwl 7/30 lunar-python 7/30 zhdate 7/30
1978-10-01 lunardate 8/30 sxtwl 8/29 lunar-python 8/29 zhdate 8/29
2057-09-28 lunardate 9/1 sxtwl 9/1 lunar-python 8/30 zhdate 9/1
2057-10-27 lunardate 9/30 sxtwl 9/30 lunar-python 9/29 zhdate 9/30
END
venv/bin/python d.py >seen
diff want seen || { echo "chinese-months-near-midnight: no longer as recorded" >&2; exit 1; }
echo "chinese-months-near-midnight: as recorded"
