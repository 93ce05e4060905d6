#!/usr/bin/env bash
# @edtf-ts/core: the first hundred years lie in the 20th century.
# EDTF and ISO 8601 have years 0000 to 9999 in four digits; 0050 is the year 50.
# Surprise: 0050 is read without an error and its bounds are those of 1950; "a 25 December, year unknown"
# (XXXX-12-25) begins in 1900, and 00XX ends in 1999. The text is kept, so nothing shows but the bounds. edtf.js
# has 0050.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'edtf@4.11.1' '@edtf-ts/core@0.4.2' >/dev/null
cat >j.mjs <<'END'
import edtf from "edtf";
import { parse } from "@edtf-ts/core";
const day = (n) => new Date(n).toISOString().slice(0, 10);
for (const s of ["0050", "0100", "00XX", "XXXX-12-25"]) {
  const d = edtf(s), r = parse(s);
  console.log(s, "| edtf.js", day(d.min), day(d.max), "| edtf-ts", r.success, day(Number(r.value.min)), day(Number(r.value.max)));
}
END
cat >want <<'END'
0050 | edtf.js 0050-01-01 0050-12-31 | edtf-ts true 1950-01-01 1950-12-31
0100 | edtf.js 0100-01-01 0100-12-31 | edtf-ts true 0100-01-01 0100-12-31
00XX | edtf.js 0000-01-01 0099-12-31 | edtf-ts true 1900-01-01 1999-12-31
XXXX-12-25 | edtf.js 0000-12-25 9999-12-25 | edtf-ts true 1900-12-25 9999-12-25
END
node j.mjs >seen
diff want seen || { echo "edtf-ts-first-century: no longer as recorded" >&2; exit 1; }
echo "edtf-ts-first-century: as recorded"
