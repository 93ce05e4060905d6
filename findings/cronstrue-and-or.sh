#!/usr/bin/env bash
# "0 9 13 * 5" in English: cronstrue says "and", cron-descriptor, its sibling in Python, says "or".
# POSIX crontab: either field will do. The jobs of most libraries run by that (see cron-friday-13th).
# Surprise: cronstrue's text, "on day 13 of the month, and on Friday", reads as Friday the 13th.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'cron-descriptor==2.2.1'
npm install --silent --no-audit --no-fund 'cronstrue@3.39.0' >/dev/null
cat >d.py <<'END'
from cron_descriptor import get_description
for e in "0 9 13 * 5", "0 9 1,15 * 1", "0 22-2 * * *":
    print(e, "cron-descriptor:", get_description(e))
END
cat >j.cjs <<'END'
const { toString } = require("cronstrue");
for (const e of ["0 9 13 * 5", "0 9 1,15 * 1", "0 22-2 * * *"]) console.log(e, "cronstrue:", toString(e));
END
cat >want <<'END'
0 9 13 * 5 cron-descriptor: At 09:00 AM, on day 13 of the month, or on Friday
0 9 1,15 * 1 cron-descriptor: At 09:00 AM, on day 1 and 15 of the month, or on Monday
0 22-2 * * * cron-descriptor: At 0 minutes past the hour, between 10:00 PM and 02:59 AM
0 9 13 * 5 cronstrue: At 09:00 AM, on day 13 of the month, and on Friday
0 9 1,15 * 1 cronstrue: At 09:00 AM, on day 1 and 15 of the month, and on Monday
0 22-2 * * * cronstrue: Every hour, between 10:00 PM and 02:00 AM
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "cronstrue-and-or: no longer as recorded" >&2; exit 1; }
echo "cronstrue-and-or: as recorded"
