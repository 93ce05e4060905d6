#!/usr/bin/env bash
# periodparser (Python, Russian): "two in the afternoon" is one o'clock, as are three and five; 15.03.2024 is a time, 15:03.
# Its README: it takes dates and times from natural Russian; one of its examples is from an evening "to half past eight".
# Surprise: in "в два часа дня" the hour is a word; it is passed over, and what is left, "часа дня", is one in the afternoon. With
# a digit it is two. The usual way to write a date in Russia gives 1 January at 15:03, "in a month" is the week four weeks from now,
# and "from 22:00 to 2:00" ends at 14:00 on the next day.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'periodparser==1.0.4'
cat >p.py <<'END'
from datetime import datetime
import periodparser
now = datetime(2024, 3, 13, 10)
for text in (
    "в час дня", "в два часа дня", "в три часа дня", "в пять часов дня", "в 2 часа дня", "в 3 часа дня",
    "15 марта 2024 года", "15.03.2024", "через неделю", "через месяц", "с 14:00 до 16:00", "с 22:00 до 2:00",
):
    found = periodparser.extract(text, now).dates
    print(f"{text}:", *(f"{each.date_from:%Y-%m-%d %H:%M} to {each.date_to:%Y-%m-%d %H:%M}" for each in found))
END
cat >want <<'END'
в час дня: 2024-03-13 13:00 to 2024-03-13 13:00
в два часа дня: 2024-03-13 13:00 to 2024-03-13 13:00
в три часа дня: 2024-03-13 13:00 to 2024-03-13 13:00
в пять часов дня: 2024-03-13 13:00 to 2024-03-13 13:00
в 2 часа дня: 2024-03-13 14:00 to 2024-03-13 14:00
в 3 часа дня: 2024-03-13 15:00 to 2024-03-13 15:00
15 марта 2024 года: 2024-03-15 00:00 to 2024-03-15 23:59
15.03.2024: 2024-01-01 15:03 to 2024-01-01 15:03
через неделю: 2024-03-20 00:00 to 2024-03-20 23:59
через месяц: 2024-04-08 00:00 to 2024-04-14 23:59
с 14:00 до 16:00: 2024-03-13 14:00 to 2024-03-13 16:00
с 22:00 до 2:00: 2024-03-13 22:00 to 2024-03-14 14:00
END
v/bin/python p.py >seen
diff want seen || { echo "periodparser-two-in-the-afternoon: no longer as recorded" >&2; exit 1; }
echo "periodparser-two-in-the-afternoon: as recorded"
