#!/usr/bin/env bash
# ics (npm) escapes the title and leaves categories as they are.
# Both are TEXT (RFC 5545 sections 3.3.11 and 3.8.1.2), where a comma that belongs to the value has a backslash.
# Surprise: the one category "a, b" is read back as two, "a" and " b", by ical.js and icalendar (Python); the
# title "a, b" is whole.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ics@3.12.0' 'ical.js@2.2.1' >/dev/null
cat >w.cjs <<'END'
const ics = require("ics"), { writeFileSync } = require("node:fs");
const event = (more) => ics.createEvent({ uid: "a@example.org", title: "a, b", start: [2021, 3, 27, 9, 0], startInputType: "utc", duration: { hours: 1 }, ...more }).value;
writeFileSync("a.ics", event({ categories: ["a, b"] }));
console.log(event({ categories: ["a, b"] }).match(/^(SUMMARY|CATEGORIES).*/gm).map((l) => l.trim()).join(" | "));
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const e = new ICAL.Component(ICAL.parse(readFileSync("a.ics", "utf8"))).getFirstSubcomponent("vevent");
console.log("ical.js", JSON.stringify([e.getFirstPropertyValue("summary"), e.getFirstProperty("categories").getValues()]));
END
cat >d.py <<'END'
import icalendar
e = icalendar.Calendar.from_ical(open("a.ics", newline="").read()).walk("VEVENT")[0]
print("icalendar", str(e["SUMMARY"]), [str(c) for c in e["CATEGORIES"].cats])
END
cat >want <<'END'
SUMMARY:a\, b | CATEGORIES:a, b
ical.js ["a, b",["a"," b"]]
icalendar a, b ['a', ' b']
END
{
  node w.cjs
  node j.mjs
  venv/bin/python d.py
} >seen
diff want seen || { echo "ics-npm-unescaped-categories: no longer as recorded" >&2; exit 1; }
echo "ics-npm-unescaped-categories: as recorded"
