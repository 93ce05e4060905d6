#!/usr/bin/env bash
# node-schedule: every weekday is Monday to Friday, every second one is Monday and Wednesday.
# Its README: a Range has a start and an end value, and a step if wanted; its example, Range(4, 6) with Sunday, is named
# "every Thursday, Friday, Saturday and Sunday", so the end belongs to it.
# Surprise: with a step the end is left out, without a word: Friday of 1 to 5 by 2, 17:00 of 9 to 17 by 2, the 31st of
# 1 to 31 by 10. The same range in a cron expression, which the library accepts too, includes it.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'node-schedule@2.1.1' 'cron-parser@4.9.0' >/dev/null
cat >j.cjs <<'END'
const { Range, RecurrenceRule } = require("node-schedule");
const { parseExpression } = require("cron-parser");
const shown = (dates) => dates.map((date) => date.toUTCString().slice(0, 22)).join(" | ");
function show(title, fields, cron, count) {
  const rule = Object.assign(new RecurrenceRule(), { hour: 10, minute: 0 }, fields);
  const byRule = [];
  let date = new Date("2024-01-01T00:00:00Z");
  for (let number = 0; number < count; number++) {
    date = new Date(rule.nextInvocationDate(date).getTime());
    byRule.push(date);
  }
  const expression = parseExpression(cron, { currentDate: "2024-01-01T00:00:00Z", tz: "UTC" });
  console.log(title);
  console.log("  Range:", shown(byRule));
  console.log("  cron: ", shown(byRule.map(() => expression.next().toDate())));
}
show("1 to 5", { dayOfWeek: new Range(1, 5) }, "0 10 * * 1-5", 6);
show("1 to 5 by 2", { dayOfWeek: new Range(1, 5, 2) }, "0 10 * * 1-5/2", 4);
show("9 to 17 by 2", { hour: new Range(9, 17, 2) }, "0 9-17/2 * * *", 6);
show("1 to 31 by 10", { date: new Range(1, 31, 10) }, "0 10 1-31/10 * *", 5);
END
cat >want <<'END'
1 to 5
  Range: Mon, 01 Jan 2024 10:00 | Tue, 02 Jan 2024 10:00 | Wed, 03 Jan 2024 10:00 | Thu, 04 Jan 2024 10:00 | Fri, 05 Jan 2024 10:00 | Mon, 08 Jan 2024 10:00
  cron:  Mon, 01 Jan 2024 10:00 | Tue, 02 Jan 2024 10:00 | Wed, 03 Jan 2024 10:00 | Thu, 04 Jan 2024 10:00 | Fri, 05 Jan 2024 10:00 | Mon, 08 Jan 2024 10:00
1 to 5 by 2
  Range: Mon, 01 Jan 2024 10:00 | Wed, 03 Jan 2024 10:00 | Mon, 08 Jan 2024 10:00 | Wed, 10 Jan 2024 10:00
  cron:  Mon, 01 Jan 2024 10:00 | Wed, 03 Jan 2024 10:00 | Fri, 05 Jan 2024 10:00 | Mon, 08 Jan 2024 10:00
9 to 17 by 2
  Range: Mon, 01 Jan 2024 09:00 | Mon, 01 Jan 2024 11:00 | Mon, 01 Jan 2024 13:00 | Mon, 01 Jan 2024 15:00 | Tue, 02 Jan 2024 09:00 | Tue, 02 Jan 2024 11:00
  cron:  Mon, 01 Jan 2024 09:00 | Mon, 01 Jan 2024 11:00 | Mon, 01 Jan 2024 13:00 | Mon, 01 Jan 2024 15:00 | Mon, 01 Jan 2024 17:00 | Tue, 02 Jan 2024 09:00
1 to 31 by 10
  Range: Mon, 01 Jan 2024 10:00 | Thu, 11 Jan 2024 10:00 | Sun, 21 Jan 2024 10:00 | Thu, 01 Feb 2024 10:00 | Sun, 11 Feb 2024 10:00
  cron:  Mon, 01 Jan 2024 10:00 | Thu, 11 Jan 2024 10:00 | Sun, 21 Jan 2024 10:00 | Wed, 31 Jan 2024 10:00 | Thu, 01 Feb 2024 10:00
END
{
  node j.cjs
} >seen
diff want seen || { echo "node-schedule-range-step: no longer as recorded" >&2; exit 1; }
echo "node-schedule-range-step: as recorded"
