#!/usr/bin/env bash
# korean-holidays (Python): 6 May 2025, 6 October 2017 and 5 October 2028 are working days, and 2009 has days off by a decree of 2013.
# Korea's decree on the holidays of public offices, article 3: where the New Year or Chuseok, or Children's Day, and since 2023 Buddha's
# birthday, meets another holiday, the next working day is off; it came with decree 24828 of 5 November 2013. Hangul Day was no
# holiday from 1991 to 2012. The README: substitute holidays by the rules of 2021, for any year.
# Surprise: what falls on a Sunday is moved, what falls on another holiday is not, since each day has one name: on 5 May
# 2025 Buddha's birthday took that of Children's Day. The rules hold for years before them, too.
# holidays (Python) has the days by the law of each year; elections and days off by special decision are left out here.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'korean-holidays==0.3.0' 'korean-lunar-calendar==0.4.0' 'holidays==0.109' 'python-dateutil==2.9.0.post0'
cat >p.py <<'END'
import holidays
from korean_holidays import get_holidays
for year, days in (2009, ("01-28", "10-05", "10-09")), (2013, ("02-12",)), (2014, ("09-10",)), (2017, ("10-03", "10-06")), (2025, ("05-05", "05-06", "10-08")), (2028, ("10-03", "10-05")):
    law, found = holidays.KR(years=year, language="en_US"), get_holidays(year)
    for day in days:
        print(f"{year}-{day}: holidays {law.get(f'{year}-{day}')}, korean-holidays", next((name for date, name in found.items() if f"{date:%m-%d}" == day), None))
END
cat >want <<'END'
2009-01-28: holidays None, korean-holidays 설날 대체휴일
2009-10-05: holidays None, korean-holidays 추석 대체휴일
2009-10-09: holidays None, korean-holidays 한글날
2013-02-12: holidays None, korean-holidays 설날 대체휴일
2014-09-10: holidays Alternative holiday for Chuseok, korean-holidays 추석 대체휴일
2017-10-03: holidays National Foundation Day; The day preceding Chuseok, korean-holidays 추석 연휴
2017-10-06: holidays Alternative holiday for Chuseok, korean-holidays None
2025-05-05: holidays Buddha's Birthday; Children's Day, korean-holidays 부처님오신날
2025-05-06: holidays Alternative holiday for Buddha's Birthday; Alternative holiday for Children's Day, korean-holidays None
2025-10-08: holidays Alternative holiday for Chuseok, korean-holidays 추석 대체휴일
2028-10-03: holidays Chuseok; National Foundation Day, korean-holidays 추석
2028-10-05: holidays Alternative holiday for Chuseok, korean-holidays None
END
v/bin/python p.py >seen
diff want seen || { echo "korean-holidays-two-on-one-day: no longer as recorded" >&2; exit 1; }
echo "korean-holidays-two-on-one-day: as recorded"
