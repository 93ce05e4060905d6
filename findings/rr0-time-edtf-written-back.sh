#!/usr/bin/env bash
# @rr0/time: EDTF that is read and written back is another date: an open end is an unknown one, one doubtful day three doubtful parts.
# EDTF (Library of Congress, 2019): ".." is an open end and nothing an unknown one (level 1, extended interval); a sign to the left
# of a part is for that part alone (level 2, qualification of individual components); a year has four digits or a Y in front.
# Surprise: unspecified digits, as in "156X", are written "[object Object]", long years lose their Y and a year before 1 one of its
# digits. Level2Date is the package's class for the dates of all three levels; it is what has read them without an error.
# edtf.js writes back what it reads.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@rr0/time@0.11.2' 'edtf@4.11.1' >/dev/null
cat >j.mjs <<'END'
import { Level2Date, Level2Interval } from "@rr0/time";
import edtf from "edtf";
for (const text of ["1985-04-12", "1984?", "156X", "1985-04-XX", "2004-06-~11", "Y170000002", "-0985", "1964/2008", "2004-02-01/..", "2004-02-01/"]) {
  const written = String((text.includes("/") ? Level2Interval : Level2Date).fromString(text));
  console.log(text, "| @rr0/time writes", written, "| edtf.js writes", edtf(text).edtf);
}
END
cat >want <<'END'
1985-04-12 | @rr0/time writes 1985-04-12 | edtf.js writes 1985-04-12
1984? | @rr0/time writes 1984? | edtf.js writes 1984?
156X | @rr0/time writes [object Object] | edtf.js writes 156X
1985-04-XX | @rr0/time writes 1985-04-[object Object] | edtf.js writes 1985-04-XX
2004-06-~11 | @rr0/time writes 2004~-06~-11~ | edtf.js writes 2004-06-~11
Y170000002 | @rr0/time writes 170000002 | edtf.js writes Y170000002
-0985 | @rr0/time writes -985 | edtf.js writes -0985
1964/2008 | @rr0/time writes 1964/2008 | edtf.js writes 1964/2008
2004-02-01/.. | @rr0/time writes 2004-02-01/ | edtf.js writes 2004-02-01/..
2004-02-01/ | @rr0/time writes 2004-02-01/ | edtf.js writes 2004-02-01/
END
node j.mjs >seen
diff want seen || { echo "rr0-time-edtf-written-back: no longer as recorded" >&2; exit 1; }
echo "rr0-time-edtf-written-back: as recorded"
