#!/usr/bin/env bash
# unstruwwel (Python) writes ISO 8601-2, edtf.js reads it: centuries before Christ are a year off, and open ends are refused.
# ISO 8601 has a year 0000, which is 1 BC, so the fifth century BC, 500 to 401 BC, is -0499/-0400. An open start or end is written
# "../1855-12-31" and "1857-01-01/..", with the solidus of an interval (EDTF of the Library of Congress, level 1, as ISO 8601-2).
# Surprise: "5th century b.c." has the numbers of the years BC, and begins on the last day of its first year and ends on the first
# of its last; "before 1856" is "..1855-12-31", which is no interval, and a set only within brackets. Both are examples in the
# README, which names ISO 8601:2-2019 as what is written. A span with two ends after Christ is read as it is meant.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'unstruwwel==1.0.2' 'regex==2026.11.19'
npm install --silent --no-audit --no-fund 'edtf@4.11.1' 'nearley@2.20.1' >/dev/null
cat >p.py <<'END'
from unstruwwel import unstruwwel
for text in "5th century b.c.", "1st century b.c.", "before 1856", "after 1856", "June 1963", "late 16th century":
    print(text, unstruwwel(text, "en", scheme="iso-format"), sep="|")
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import edtf from "edtf";
const day = (time) => {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  return `${date.getUTCDate()}.${date.getUTCMonth() + 1}. of ${year > 0 ? year : `${1 - year} BC`}`;
};
for (const line of readFileSync("texts", "utf8").trim().split("\n")) {
  const [text, written] = line.split("|");
  let read;
  try {
    const span = edtf(written);
    read = `${day(span.min)} to ${day(span.max)}`;
  } catch {
    read = "not EDTF";
  }
  console.log(`${text}: unstruwwel writes ${written}, edtf.js reads ${read}`);
}
for (const right of ["-0499/-0400", "../1855-12-31", "1857-01-01/..", "[..1855-12-31]"]) console.log(`${right}: edtf.js reads ${edtf(right).edtf}`);
END
cat >want <<'END'
5th century b.c.: unstruwwel writes -0500-12-31/-0401-01-01, edtf.js reads 31.12. of 501 BC to 1.1. of 402 BC
1st century b.c.: unstruwwel writes -0100-12-31/-0001-01-01, edtf.js reads 31.12. of 101 BC to 1.1. of 2 BC
before 1856: unstruwwel writes ..1855-12-31, edtf.js reads not EDTF
after 1856: unstruwwel writes 1857-01-01.., edtf.js reads not EDTF
June 1963: unstruwwel writes 1963-06-01/1963-06-30, edtf.js reads 1.6. of 1963 to 30.6. of 1963
late 16th century: unstruwwel writes 1586-01-01/1600-12-31, edtf.js reads 1.1. of 1586 to 31.12. of 1600
-0499/-0400: edtf.js reads -0499/-0400
../1855-12-31: edtf.js reads ../1855-12-31
1857-01-01/..: edtf.js reads 1857-01-01/..
[..1855-12-31]: edtf.js reads [..1855-12-31]
END
{
  v/bin/python p.py >texts
  node j.mjs
} >seen
diff want seen || { echo "unstruwwel-iso-read-by-edtf: no longer as recorded" >&2; exit 1; }
echo "unstruwwel-iso-read-by-edtf: as recorded"
