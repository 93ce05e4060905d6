#!/usr/bin/env bash
# aws-cron-parser: the 31st of short months is a day of the next month, and 29 February of other years is 1 March.
# The AWS reference for EventBridge, "Cron expressions", has the days of a month from 1 to 31; a field names the days on
# which a rule fires, and the library says that it supports all that stands there.
# Surprise: "0 9 31 * ? *" fires on 3 March and 1 May as well, five dates where there are three, and
# "0 9 29 2 ? *" every year. With L the library is right. aws-croniter (Python) has real 31sts only.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'aws-croniter==2.1.1'
npm install --silent --no-audit --no-fund 'aws-cron-parser@1.1.12' >/dev/null
cat >list <<'END'
0 9 31 * ? *
0 9 29 2 ? *
0 9 L * ? *
0 9 ? * 6L *
END
cat >j.cjs <<'END'
const { next, parse } = require("aws-cron-parser");
for (const line of require("fs").readFileSync("list", "utf8").trim().split("\n")) {
  const cron = parse(line);
  const dates = [];
  for (let date = new Date(Date.UTC(2025, 0, 1)); dates.length < 5; ) dates.push((date = next(cron, date)).toISOString().slice(0, 10));
  console.log("aws-cron-parser", line, "|", ...dates);
}
END
cat >p.py <<'END'
from datetime import datetime, timezone
from aws_croniter import AwsCroniter
for line in open("list").read().splitlines():
    dates = AwsCroniter(line).get_next(datetime(2025, 1, 1, tzinfo=timezone.utc), 5)
    print("aws-croniter", line, "|", *(f"{date:%F}" for date in dates))
END
cat >want <<'END'
aws-cron-parser 0 9 31 * ? * | 2025-01-31 2025-03-03 2025-03-31 2025-05-01 2025-05-31
aws-cron-parser 0 9 29 2 ? * | 2025-03-01 2026-03-01 2027-03-01 2028-02-29 2029-03-01
aws-cron-parser 0 9 L * ? * | 2025-01-31 2025-02-28 2025-03-31 2025-04-30 2025-05-31
aws-cron-parser 0 9 ? * 6L * | 2025-01-31 2025-02-28 2025-03-28 2025-04-25 2025-05-30
aws-croniter 0 9 31 * ? * | 2025-01-31 2025-03-31 2025-05-31 2025-07-31 2025-08-31
aws-croniter 0 9 29 2 ? * | 2028-02-29 2032-02-29 2036-02-29 2040-02-29 2044-02-29
aws-croniter 0 9 L * ? * | 2025-01-31 2025-02-28 2025-03-31 2025-04-30 2025-05-31
aws-croniter 0 9 ? * 6L * | 2025-01-31 2025-02-28 2025-03-28 2025-04-25 2025-05-30
END
{
  node j.cjs
  v/bin/python p.py
} >seen
diff want seen || { echo "aws-cron-parser-short-months: no longer as recorded" >&2; exit 1; }
echo "aws-cron-parser-short-months: as recorded"
