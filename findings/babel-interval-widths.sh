#!/usr/bin/env bash
# Babel's intervals: a long month asked for comes out short, and a date with an hour of the 24-hour clock with
# AM, seconds and the date twice.
# UTS 35 part 4 (Matching Skeletons): the widths of a matching pattern are set to those asked for. ICU gives one
# date and an interval of hours where only the hours differ.
# Surprise: "yMMMMd" gives "Feb 1 – 3", format_skeleton with the same skeleton gives "February 1"; "yMMMdHm"
# gives the default style of the locale. Intl in Node has "February 1 – 3, 2024" and "Feb 1, 2024, 09:00 –
# 11:00".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'babel==2.19.0' 'tzdata==2026.1'
cat >d.py <<'END'
import datetime as D
from babel.dates import format_interval, format_skeleton
def plain(text):
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")
for locale in "en", "de":
    for skeleton, first, last in ("yMMMd", D.datetime(2024, 2, 1), D.datetime(2024, 2, 3)), ("yMMMMd", D.datetime(2024, 2, 1), D.datetime(2024, 2, 3)), ("yMMMMEEEEd", D.datetime(2024, 2, 1), D.datetime(2024, 2, 3)), ("yMMMdHm", D.datetime(2024, 2, 1, 9), D.datetime(2024, 2, 1, 11)):
        print(locale, skeleton, "|", plain(format_interval(first, last, skeleton, locale=locale)))
    print(locale, "format_skeleton yMMMMd |", format_skeleton("yMMMMd", D.datetime(2024, 2, 1), locale=locale))
END
cat >want <<'END'
en yMMMd | Feb 1 – 3, 2024
en yMMMMd | Feb 1 – 3, 2024
en yMMMMEEEEd | Thu, Feb 1 – Sat, Feb 3, 2024
en yMMMdHm | Feb 1, 2024, 9:00:00 AM – Feb 1, 2024, 11:00:00 AM
en format_skeleton yMMMMd | February 1, 2024
de yMMMd | 1.–3. Feb. 2024
de yMMMMd | 1.–3. Feb. 2024
de yMMMMEEEEd | Do., 1. – Sa., 3. Feb. 2024
de yMMMdHm | 01.02.2024, 09:00:00 – 01.02.2024, 11:00:00
de format_skeleton yMMMMd | 1. Februar 2024
END
venv/bin/python d.py >seen
diff want seen || { echo "babel-interval-widths: no longer as recorded" >&2; exit 1; }
echo "babel-interval-widths: as recorded"
