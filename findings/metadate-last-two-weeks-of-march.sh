#!/usr/bin/env bash
# metadate (Python): "the last 2 weeks of March 2024" are the first week of March, and "week 1 of 2024" is in May.
# Its README: "last 2 weeks" begins two weeks ago and ends now; "the last 2 weeks of March 2024" is the example of its first
# paragraph, "first 3 days of March" one of its table; a quarter is one of four; English and Dutch are built in. ISO 8601: week 1
# of 2024 began on 1 January.
# Surprise: the words are counted from the present day, 15 May, and the month or year behind them is put in afterwards, so the
# first Monday of June is its third; what begins two weeks ago ends one week ago. This quarter and the next are one, and have
# five months. In Dutch each text is a TypeError.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'metadate==0.6.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >p.py <<'END'
from datetime import datetime
from metadate import parse_date

now = datetime(2024, 5, 15, 10)  # a Wednesday
for lang, texts in (
    ("en", ("last 2 weeks", "the last 2 weeks of March 2024", "last 3 days", "first 3 days of March", "first monday of june 2024",
            "the last friday of may", "last day of february 2024", "week 1 of 2024", "Q3 2024", "this quarter", "next quarter")),
    ("nl", ("3 dagen geleden", "1 januari 2024")),
):
    for text in texts:
        try:
            found = parse_date(text, reference_date=now, lang=lang)
            print(f"{text}: from {found.start_date:%F} until {found.end_date:%F}")
        except TypeError as error:
            print(f"{text}: {type(error).__name__}")
END
cat >want <<'END'
last 2 weeks: from 2024-05-01 until 2024-05-08
the last 2 weeks of March 2024: from 2024-03-01 until 2024-03-08
last 3 days: from 2024-05-12 until 2024-05-13
first 3 days of March: from 2024-03-18 until 2024-03-19
first monday of june 2024: from 2024-06-17 until 2024-06-18
the last friday of may: from 2024-05-10 until 2024-05-11
last day of february 2024: from 2024-02-14 until 2024-02-15
week 1 of 2024: from 2024-05-22 until 2024-05-29
Q3 2024: from 2024-07-01 until 2024-10-01
this quarter: from 2024-05-01 until 2024-10-01
next quarter: from 2024-05-01 until 2024-10-01
3 dagen geleden: TypeError
1 januari 2024: TypeError
END
v/bin/python p.py >seen
diff want seen || { echo "metadate-last-two-weeks-of-march: no longer as recorded" >&2; exit 1; }
echo "metadate-last-two-weeks-of-march: as recorded"
