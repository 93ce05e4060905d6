#!/usr/bin/env bash
# liturgical-calendar (Python, Church of England): in 2024 and 2027 there is no Annunciation, and St George is in Easter week.
# Common Worship, Rules to Order the Christian Year: an Annunciation between Palm Sunday and the Second Sunday of Easter is kept on
# the Monday after that Sunday; St George and St Mark are too, and if both would be, St Mark on the Tuesday.
# Surprise: a feast on a weekday of Holy Week gives way and is never kept, so five years of twenty have no Annunciation and
# nothing stands on the Monday; on Palm Sunday it replaces that Sunday (2018), and the saints stay in Easter week.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'liturgical-calendar==0.5.9' 'python-dateutil==2.9.0.post0'
cat >p.py <<'END'
from datetime import date, timedelta
from dateutil.easter import easter
from liturgical_calendar.liturgical import liturgical_calendar
def kept(year, name):
    days = (date(year, 3, 1) + timedelta(days=number) for number in range(90))
    return " ".join(f"{day:%d %b}" for day in days if liturgical_calendar(str(day))["name"] == name) or "never"
def rule(year, month, day, later=0):
    first, last = easter(year) - timedelta(days=7), easter(year) + timedelta(days=7)
    is_moved = first <= date(year, month, day) <= last
    return f"{last + timedelta(days=1 + later) if is_moved else date(year, month, day):%d %b}"
for year in range(2016, 2036):
    both = easter(year) - timedelta(days=7) <= date(year, 4, 23) <= easter(year) + timedelta(days=7)
    for name, day, later in (("The Annunciation of our Lord", (3, 25), 0), ("George", (4, 23), 0), ("Mark the Evangelist", (4, 25), 1 if both else 0)):
        if name == "George" and rule(year, *day) == "25 Apr":
            continue  # St Mark's own day: which of the two moves on, these rules leave open
        if kept(year, name) != rule(year, *day, later):
            print(year, "Easter", f"{easter(year):%d %b},", name, "kept", f"{kept(year, name)},", "by the rules", rule(year, *day, later))
print("2018-03-25:", liturgical_calendar("2018-03-25")["name"], "| 2024-04-08:", liturgical_calendar("2024-04-08")["name"] or "nothing")
END
cat >want <<'END'
2016 Easter 27 Mar, The Annunciation of our Lord kept never, by the rules 04 Apr
2017 Easter 16 Apr, George kept 23 Apr, by the rules 24 Apr
2018 Easter 01 Apr, The Annunciation of our Lord kept 25 Mar, by the rules 09 Apr
2019 Easter 21 Apr, George kept 23 Apr, by the rules 29 Apr
2019 Easter 21 Apr, Mark the Evangelist kept 25 Apr, by the rules 30 Apr
2024 Easter 31 Mar, The Annunciation of our Lord kept never, by the rules 08 Apr
2025 Easter 20 Apr, George kept 23 Apr, by the rules 28 Apr
2025 Easter 20 Apr, Mark the Evangelist kept 25 Apr, by the rules 29 Apr
2027 Easter 28 Mar, The Annunciation of our Lord kept never, by the rules 05 Apr
2028 Easter 16 Apr, George kept 23 Apr, by the rules 24 Apr
2029 Easter 01 Apr, The Annunciation of our Lord kept 25 Mar, by the rules 09 Apr
2030 Easter 21 Apr, George kept 23 Apr, by the rules 29 Apr
2030 Easter 21 Apr, Mark the Evangelist kept 25 Apr, by the rules 30 Apr
2032 Easter 28 Mar, The Annunciation of our Lord kept never, by the rules 05 Apr
2035 Easter 25 Mar, The Annunciation of our Lord kept never, by the rules 02 Apr
2018-03-25: The Annunciation of our Lord | 2024-04-08: nothing
END
v/bin/python p.py >seen
diff want seen || { echo "liturgical-calendar-annunciation: no longer as recorded" >&2; exit 1; }
echo "liturgical-calendar-annunciation: as recorded"
