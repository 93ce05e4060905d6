#!/usr/bin/env bash
# hdate (py-libhdate): the memorial day for Yitzhak Rabin is a day early in eight of twelve years, in four of them on the Sabbath.
# The Knesset's law of 1997 has 12 Heshvan; one that falls on a Friday or on the Sabbath is kept on the Thursday before (rabincenter.org.il,
# "Yitzhak Rabin Memorial Day Events", which has the ceremonies of 2019 on Sunday 10 November).
# Surprise: it is on 11 Heshvan, by the library's own date of that day, in 2019 on Saturday 9 November; that is right where 12 Heshvan is a Friday
# alone. Purim and Independence Day, which moves as well, are on their days, and pyluach has the same Hebrew dates.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'hdate==1.2.2' 'num2words==0.5.14' 'docopt==0.6.2' 'pyluach==2.3.0' 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import date, timedelta
from hdate import HDateInfo
from pyluach.dates import HebrewDate

def find(name, year):
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    return next(day for day in days if name in [holiday.name for holiday in HDateInfo(day, diaspora=False).holidays])

for year in range(2018, 2030):
    day = find("rabin_memorial_day", year)
    own = HDateInfo(day, diaspora=False).hdate
    known = HebrewDate.from_pydate(day)
    heshvan_12 = HebrewDate(known.year, 8, 12).to_pydate()
    kept = heshvan_12 - timedelta(days={4: 1, 5: 2}.get(heshvan_12.weekday(), 0))
    print(f"{year}: {day:%a %d %b}, day {own.day} of Heshvan (pyluach: {known.day}); by the law {kept:%a %d %b}")
for name in "purim", "yom_haatzmaut":
    print(name, *(f"{find(name, year):%F}" for year in (2019, 2021, 2024)))
END
cat >want <<'END'
2018: Sat 20 Oct, day 11 of Heshvan (pyluach: 11); by the law Sun 21 Oct
2019: Sat 09 Nov, day 11 of Heshvan (pyluach: 11); by the law Sun 10 Nov
2020: Thu 29 Oct, day 11 of Heshvan (pyluach: 11); by the law Thu 29 Oct
2021: Sun 17 Oct, day 11 of Heshvan (pyluach: 11); by the law Mon 18 Oct
2022: Sat 05 Nov, day 11 of Heshvan (pyluach: 11); by the law Sun 06 Nov
2023: Thu 26 Oct, day 11 of Heshvan (pyluach: 11); by the law Thu 26 Oct
2024: Tue 12 Nov, day 11 of Heshvan (pyluach: 11); by the law Wed 13 Nov
2025: Sun 02 Nov, day 11 of Heshvan (pyluach: 11); by the law Mon 03 Nov
2026: Thu 22 Oct, day 11 of Heshvan (pyluach: 11); by the law Thu 22 Oct
2027: Thu 11 Nov, day 11 of Heshvan (pyluach: 11); by the law Thu 11 Nov
2028: Tue 31 Oct, day 11 of Heshvan (pyluach: 11); by the law Wed 01 Nov
2029: Sat 20 Oct, day 11 of Heshvan (pyluach: 11); by the law Sun 21 Oct
purim 2019-03-21 2021-02-26 2024-03-24
yom_haatzmaut 2019-05-09 2021-04-15 2024-05-14
END
v/bin/python p.py >seen
diff want seen || { echo "hdate-rabin-memorial-day: no longer as recorded" >&2; exit 1; }
echo "hdate-rabin-memorial-day: as recorded"
