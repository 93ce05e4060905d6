#!/usr/bin/env bash
# Taskwarrior: the rent of each 31st is due on the 30th from October on, "1mo" is thirty days, and what is due daily at nine is due at
# ten as soon as the clocks change.
# task(1), FREQUENCIES: "monthly, month, 1mo, 2mo" are one kind, months, and so for quarters and years. RFC 5545 section 3.3.10
# leaves out dates that do not exist; by section 3.3.5 a local time keeps its hour when the clocks change.
# Surprise: each date is counted from the one before, so after a short month the 31st never returns, and 29 February stays the 28th
# in leap years. "1mo", "2mo" and "1yr" are 30, 60 and 365 days of 24 hours. "P3M" is three months, but at midnight. Days
# and weeks have 24 hours each and lose nine o'clock, in Berlin in March; "monthly", "quarterly" and "yearly" keep it.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=Europe/Berlin LC_ALL=C.UTF-8 HOME="$dir"
apt-get download -qq 'taskwarrior=2.6.2+dfsg-1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
deb/usr/bin/task --version >/dev/null 2>&1 || { echo "a library of Taskwarrior is missing: skipped"; exit 77; }
mkdir tasks
touch .taskrc
task() { deb/usr/bin/task rc.data.location=tasks rc.confirmation=off rc.recurrence.limit=7 rc.json.array=off rc.verbose=nothing "$@"; }
cat >list <<'END'
2035-08-31T09:00 monthly
2036-02-29T09:00 yearly
2036-03-28T09:00 monthly
2036-03-28T09:00 1mo
2036-03-28T09:00 2mo
2036-03-28T09:00 quarterly
2036-03-28T09:00 P3M
2036-03-28T09:00 1yr
2036-03-28T09:00 weekly
2036-03-28T09:00 daily
END
cat >dates.py <<'END'
import datetime as D, json, sys, zoneinfo
tasks = [json.loads(line) for line in sys.stdin]
for line in open("list").read().splitlines():
    dates = sorted(D.datetime.strptime(task["due"] + "+0000", "%Y%m%dT%H%M%SZ%z") for task in tasks if task["description"] == line)
    print(line, "|", *(f"{date.astimezone(zoneinfo.ZoneInfo('Europe/Berlin')):%y-%m-%dT%H}" for date in dates))
END
cat >want <<'END'
2035-08-31T09:00 monthly | 35-08-31T09 35-09-30T09 35-10-30T09 35-11-30T09 35-12-30T09 36-01-30T09 36-02-29T09
2036-02-29T09:00 yearly | 36-02-29T09 37-02-28T09 38-02-28T09 39-02-28T09 40-02-28T09 41-02-28T09 42-02-28T09
2036-03-28T09:00 monthly | 36-03-28T09 36-04-28T09 36-05-28T09 36-06-28T09 36-07-28T09 36-08-28T09 36-09-28T09
2036-03-28T09:00 1mo | 36-03-28T09 36-04-27T10 36-05-27T10 36-06-26T10 36-07-26T10 36-08-25T10 36-09-24T10
2036-03-28T09:00 2mo | 36-03-28T09 36-05-27T10 36-07-26T10 36-09-24T10 36-11-23T09 37-01-22T09 37-03-23T09
2036-03-28T09:00 quarterly | 36-03-28T09 36-06-28T09 36-09-28T09 36-12-28T09 37-03-28T09 37-06-28T09 37-09-28T09
2036-03-28T09:00 P3M | 36-03-28T09 36-06-28T00 36-09-28T00 36-12-28T00 37-03-28T00 37-06-28T00 37-09-28T00
2036-03-28T09:00 1yr | 36-03-28T09 37-03-28T09 38-03-28T10 39-03-28T10 40-03-27T10 41-03-27T09 42-03-27T09
2036-03-28T09:00 weekly | 36-03-28T09 36-04-04T10 36-04-11T10 36-04-18T10 36-04-25T10 36-05-02T10 36-05-09T10
2036-03-28T09:00 daily | 36-03-28T09 36-03-29T09 36-03-30T10 36-03-31T10 36-04-01T10 36-04-02T10 36-04-03T10
END
while read -r due every; do task add "$due $every" due:"$due" recur:"$every"; done <list
task list >/dev/null
task status:pending export | python3 dates.py >seen
diff want seen || { echo "taskwarrior-rent-of-the-31st: no longer as recorded" >&2; exit 1; }
echo "taskwarrior-rent-of-the-31st: as recorded"
