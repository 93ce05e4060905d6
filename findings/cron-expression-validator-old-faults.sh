#!/usr/bin/env bash
# cron-expression-validator: the faults that it names are those of every expression before, and of the 32nd day it names none.
# Its README: with the option error the answer has errorMessage, the faults of the expression that was asked about.
# Surprise: the list is kept from call to call, so the hour 99 of one job is told of the next one's month 13, and twice if it is asked
# about twice; a server that checks what people type tells each of them all that it has ever found. A 32nd day is invalid, and
# asked about first the list is empty. Whether an expression is valid is told right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'cron-expression-validator@1.0.20' >/dev/null
cat >j.cjs <<'END'
const { isValidCronExpression } = require("cron-expression-validator");
for (const text of ["0 0 12 32 * ?", "0 0 99 ? * MON", "0 0 9 ? * MON", "0 0 9 ? 13 MON", "0 0 9 ? 13 MON", "0 0 12 32 * ?"]) {
  const answer = isValidCronExpression(text, { error: true });
  console.log(text, answer === true ? "valid" : "invalid:", ...(answer.errorMessage ?? []).map((reason) => `\n  ${reason}`));
}
END
cat >want <<'END'
0 0 12 32 * ? invalid:
0 0 99 ? * MON invalid: 
  Minute and Second values must be between 0 and 59 and Hour Values must be between 0 and 23
0 0 9 ? * MON valid
0 0 9 ? 13 MON invalid: 
  Minute and Second values must be between 0 and 59 and Hour Values must be between 0 and 23 
  Month values must be between 1 and 12
0 0 9 ? 13 MON invalid: 
  Minute and Second values must be between 0 and 59 and Hour Values must be between 0 and 23 
  Month values must be between 1 and 12 
  Month values must be between 1 and 12
0 0 12 32 * ? invalid: 
  Minute and Second values must be between 0 and 59 and Hour Values must be between 0 and 23 
  Month values must be between 1 and 12 
  Month values must be between 1 and 12
END
{
  node j.cjs
} >seen
diff want seen || { echo "cron-expression-validator-old-faults: no longer as recorded" >&2; exit 1; }
echo "cron-expression-validator-old-faults: as recorded"
