#!/usr/bin/env bash
# friendlydateparser (Python): "2 days before the last day of next month" is two days after it.
# Its README has that text in its first paragraph, "3 weeks before yesterday" under "Deltas (before and after)", and negative numbers
# for what goes the other way: "3 weeks -1 day before today".
# Surprise: before and after give the same date, in each form, so a deadline moves to the far side of its day without a word, and
# hours before a moment are hours after it. Only "ago" goes back. The dates that are counted from are right.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'friendlydateparser==0.2.4' 'antlr4-python3-runtime==4.13.2' 'python-dateutil==2.9.0.post0'
cat >p.py <<'END'
from datetime import datetime
from friendlydateparser import parse_datetime

now = datetime(2024, 5, 15, 10)  # a Wednesday
for text in ("the last day of next month", "2 days before the last day of next month", "2 days after the last day of next month",
             "yesterday", "3 weeks before yesterday", "3 weeks after yesterday", "3 weeks -1 day before today", "3 weeks ago",
             "12 hours before 2024-06-01 12:00", "12 hours after 2024-06-01 12:00"):
    print(f"{text}: {parse_datetime(text, now=now):%F %R}")
END
cat >want <<'END'
the last day of next month: 2024-06-30 00:00
2 days before the last day of next month: 2024-07-02 00:00
2 days after the last day of next month: 2024-07-02 00:00
yesterday: 2024-05-14 00:00
3 weeks before yesterday: 2024-06-04 00:00
3 weeks after yesterday: 2024-06-04 00:00
3 weeks -1 day before today: 2024-06-04 00:00
3 weeks ago: 2024-04-24 10:00
12 hours before 2024-06-01 12:00: 2024-06-02 00:00
12 hours after 2024-06-01 12:00: 2024-06-02 00:00
END
v/bin/python p.py >seen
diff want seen || { echo "friendlydateparser-before-is-after: no longer as recorded" >&2; exit 1; }
echo "friendlydateparser-before-is-after: as recorded"
